//! Addresses and subnets in settings.

use std::net::IpAddr;

/// Whether a text is an address, or a subnet like `10.0.0.0/8`.
#[must_use]
pub fn is_subnet(text: &str) -> bool {
    parse(text).is_some()
}

/// Whether an address is, or is in, one of the entries.
#[must_use]
pub fn is_listed(entries: &[String], ip: IpAddr) -> bool {
    entries.iter().filter_map(|entry| parse(entry)).any(|(net, bits)| holds(net, bits, ip))
}

fn parse(text: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
    (bits <= most).then_some((address, bits))
}

fn holds(net: IpAddr, bits: u32, ip: IpAddr) -> bool {
    let as_number = |ip: IpAddr| match ip {
        IpAddr::V4(v4) => u128::from(v4.to_bits()) << 96,
        IpAddr::V6(v6) => v6.to_bits(),
    };
    let ip = ip.to_canonical();
    let mask = if bits == 0 { 0 } else { u128::MAX << (128 - bits) };
    net.is_ipv4() == ip.is_ipv4() && as_number(net) & mask == as_number(ip) & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subnets_hold_their_addresses() {
        for (entry, ip, expected) in [
            ("10.0.0.0/8", "10.200.3.4", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.4", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("::/0", "8.8.8.8", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("nonsense", "10.0.0.1", false),
        ] {
            assert_eq!(
                is_listed(&[entry.to_owned()], ip.parse().unwrap()),
                expected,
                "{entry} {ip}"
            );
        }
        for wrong in ["1", "1.2.3.4/99", "1.2.3.4/", "/8", "zz", "1.2.3.4/-1"] {
            assert!(!is_subnet(wrong), "{wrong}");
        }
    }
}
