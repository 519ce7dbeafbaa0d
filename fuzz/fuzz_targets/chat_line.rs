#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| siaga_fuzz::run("chat_line", data));
