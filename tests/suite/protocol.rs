//! HTTP below the pages: what is no proper request is refused, and clients that are slow, many or
//! gone cost the others nothing.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::help_center::{HelpCenter, article};
use crate::http::Request;

fn center() -> HelpCenter {
    HelpCenter::new().with("en/a/first.md", article("First", "Some text.")).start()
}

/// Sends bytes as they are, and reads what comes until the connection ends.
fn raw(center: &HelpCenter, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(center.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut said = Vec::new();
    match stream.read_to_end(&mut said) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&said)),
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// The statuses of all answers in what was said.
fn statuses(said: &str) -> Vec<&str> {
    said.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)).collect()
}

#[test]
fn a_request_that_can_be_read_in_two_ways_is_refused() {
    let center = center();
    for headers in [
        "content-length: 5\r\ncontent-length: 6",
        "content-length: 5, 6",
        "content-length: -1",
        "content-length: +5",
        "content-length: 5x",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: xchunked",
    ] {
        let request = format!(
            "POST /api/v1/search HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n\r\nabcdefGET /healthz HTTP/1.1\r\n\r\n"
        );
        let said = raw(&center, request.as_bytes());
        assert!(matches!(statuses(&said)[..], ["400" | "501"]), "{headers}: {said}");
    }
}

#[test]
fn a_second_request_is_never_smuggled_in_a_first() {
    let center = center();
    let request = b"POST /api/v1/search HTTP/1.1\r\nhost: x\r\ncontent-length: 43\r\n\
        transfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/status HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut stream = TcpStream::connect(center.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    stream.write_all(request).unwrap();
    let mut said = Vec::new();
    // It may stay open: what has come within the time is all.
    let _ = stream.read_to_end(&mut said);
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(!said.contains("\"edition\""), "{said}");
}

#[test]
fn methods_that_nobody_needs_are_refused() {
    let center = center();
    for method in ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND", "get"] {
        for target in ["/en/a/first", "/api/v1/search", "/", "/healthz", "/sitemap.xml"] {
            let target = target.as_bytes();
            let answer = center.send(&Request { method, target, headers: &[], body: b"" });
            assert!((400..500).contains(&answer.status), "{method}: {}", answer.lossy());
            assert!(!answer.lossy().contains("help.test"), "{method}: {}", answer.lossy());
        }
    }
}

#[test]
fn too_many_or_too_long_headers_are_refused() {
    let center = center();
    let long = "x".repeat(600_000);
    assert_eq!(center.get_with("/en/", &[("x-long", &long)]).status, 431);
    let names: Vec<String> = (0..200).map(|n| format!("x-{n}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    assert_eq!(center.get_with("/en/", &many).status, 431);
}

#[test]
fn what_is_no_http_at_all_harms_nobody() {
    let mut center = center();
    for bytes in [
        &b"\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nx: a\x00b\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
        b"GET http:// HTTP/1.1\r\nhost: x\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(center.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said);
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(statuses(&said).iter().all(|status| !status.starts_with('5')), "{said}");
    }
    assert_eq!(center.get("/healthz").status, 200);
    assert!(center.is_alive() && !center.log().contains("panicked"));
}

#[test]
fn two_hundred_slow_clients_do_not_delay_the_others() {
    let center = center();
    let slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(center.address()).unwrap();
            stream.write_all(b"GET /en/a/first HTTP/1.1\r\nhost: x\r\nx-slow: ").unwrap();
            stream
        })
        .collect();
    for _ in 0..20 {
        assert_eq!(center.get("/en/a/first").status, 200);
        assert!(center.search("text", "en").has("first"));
    }
    drop(slow);
    assert_eq!(center.get("/en/a/first").status, 200);
}

#[test]
fn a_client_that_never_ends_its_request_is_let_go() {
    let center = center();
    let mut stream = TcpStream::connect(center.address()).unwrap();
    stream.write_all(b"GET /en/a/first HTTP/1.1\r\nhost: x\r\nx-slow: ").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let begun = Instant::now();
    let mut said = Vec::new();
    let ended = stream.read_to_end(&mut said);
    assert!(ended.is_ok(), "still open after {:?}: {ended:?}", begun.elapsed());
}

#[test]
fn when_open_files_are_used_up_the_server_lives_and_recovers() {
    let mut center = center();
    let limited =
        Command::new("prlimit").args(["--nofile=64", "--pid", &center.pid().to_string()]).status();
    if !limited.is_ok_and(|status| status.success()) {
        println!("SKIPPED: no prlimit here");
        return;
    }
    let many: Vec<TcpStream> =
        (0..120).filter_map(|_| TcpStream::connect(center.address()).ok()).collect();
    assert!(many.len() > 60);
    assert!(center.is_alive());
    drop(many);
    center.until("it answers again", || {
        let request = Request { method: "GET", target: b"/healthz", headers: &[], body: b"" };
        crate::http::send(center.address(), &request).is_ok_and(|answer| answer.status == 200)
    });
    center.save("en/a/first.md", article("First", "Another text."));
    center.until_page_says("/en/a/first", "Another text");
    assert!(center.is_alive() && !center.log().contains("panicked"), "{}", center.log());
}

#[test]
fn a_visitor_who_leaves_in_the_middle_harms_nobody() {
    let mut center = HelpCenter::over_shipped_articles().start();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(center.address()).unwrap();
        stream
            .write_all(
                b"GET /ru/search?q=%D0%B2%D1%8B%D0%B2%D0%BE%D0%B4 HTTP/1.1\r\nhost: x\r\n\r\n",
            )
            .unwrap();
    }
    assert_eq!(center.get("/ru/").status, 200);
    assert!(center.is_alive() && !center.log().contains("panicked"));
}
