//! Purpose: print for whoever started the program. Who reads only the beginning (`siaga init | head`) closes the pipe: what comes after
//! that is not printed, and what the program does is done all the same. The macros of the standard library panic there.

/// A line to standard output.
macro_rules! outln {
    ($($said:tt)*) => {{
        use ::std::io::Write as _;
        let _ = ::std::writeln!(::std::io::stdout(), $($said)*);
    }};
}

/// A text to standard output.
macro_rules! out {
    ($($said:tt)*) => {{
        use ::std::io::Write as _;
        let _ = ::std::write!(::std::io::stdout(), $($said)*);
    }};
}

/// A line to standard error.
macro_rules! errln {
    ($($said:tt)*) => {{
        use ::std::io::Write as _;
        let _ = ::std::writeln!(::std::io::stderr(), $($said)*);
    }};
}

/// A text to standard error.
macro_rules! err {
    ($($said:tt)*) => {{
        use ::std::io::Write as _;
        let _ = ::std::write!(::std::io::stderr(), $($said)*);
    }};
}
