//! Purpose: write the committed corpus of one target as files, for a fuzzer to begin with: `corpus TARGET FOLDER`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(target), Some(folder)) = (args.next(), args.next()) else {
        return Err(std::io::Error::other("usage: corpus TARGET FOLDER"));
    };
    std::fs::create_dir_all(&folder)?;
    let inputs = siaga_fuzz::inputs::of(&target, Path::new(env!("CARGO_MANIFEST_DIR")));
    for (number, input) in inputs.iter().enumerate() {
        std::fs::write(Path::new(&folder).join(format!("{number:04}")), input)?;
    }
    Ok(())
}
