//! Protocol and ports of a packet rule, as short as an engineer writes them: `tcp 443`.

/// `tcp 443`, `udp 53-60`, `icmp`; none for all traffic. Protocols come as names or as IANA numbers, `-1` is all of
/// them; first and last port as EC2 writes them, `-1` and none for any.
pub fn ports(protocol: &str, from: Option<&str>, to: Option<&str>) -> Option<String> {
    let protocol = match protocol {
        "-1" | "" => return None,
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        other => other,
    };
    let with_ports = matches!(protocol, "tcp" | "udp");
    let range = match (from, to) {
        (None | Some("-1"), _) | (_, None | Some("-1")) => String::new(),
        _ if !with_ports => String::new(),
        (Some("0"), Some("65535")) => String::new(),
        (Some(from), Some(to)) if from == to => format!(" {from}"),
        (Some(from), Some(to)) => format!(" {from}-{to}"),
    };
    Some(format!("{protocol}{range}"))
}

#[cfg(test)]
mod tests {
    use super::ports;

    #[test]
    fn as_an_engineer_writes_it() {
        for (protocol, range, said) in [
            ("tcp", Some(("443", "443")), Some("tcp 443")),
            ("6", Some(("8080", "8090")), Some("tcp 8080-8090")),
            ("udp", Some(("0", "65535")), Some("udp")),
            ("icmp", Some(("8", "-1")), Some("icmp")),
            ("58", None, Some("icmpv6")),
            ("50", None, Some("50")),
            ("-1", None, None),
        ] {
            assert_eq!(
                ports(protocol, range.map(|r| r.0), range.map(|r| r.1)).as_deref(),
                said,
                "{protocol}"
            );
        }
    }
}
