//! The tests' hub by itself, to try the program by hand: `cargo run --example hub-server -- FOLDER`, where
//! FOLDER holds `OWNER/NAME/` or `OWNER/NAME@REVISION/` folders. Prints the line to set the endpoint, then
//! serves until killed.
#![expect(clippy::print_stdout, reason = "printing the line is its purpose")]
#![allow(dead_code, reason = "it uses neither faults nor the log")]

mod http;
mod hub_server;

use std::path::Path;
use std::thread;

fn main() -> std::io::Result<()> {
    let folder = std::env::args_os().nth(1).ok_or(std::io::ErrorKind::InvalidInput)?;
    let server = hub_server::HubServer::start();
    server.add_folder(Path::new(&folder))?;
    println!("export HF_ENDPOINT={}", server.endpoint());
    loop {
        thread::park();
    }
}
