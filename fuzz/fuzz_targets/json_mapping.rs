#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| siaga_fuzz::run("json_mapping", data));
