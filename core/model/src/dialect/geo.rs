//! Great-circle distance.

/// The mean radius of the Earth in kilometres that the contract asks for (http-api.md 8.11).
const RADIUS: f64 = 6371.0;

/// Kilometres between two points given in degrees, by the spherical law of cosines:
/// `6371·acos(cos φ1·cos φ2·cos(λ2−λ1) + sin φ1·sin φ2)`, the argument clamped to −1…1.
#[must_use]
pub fn distance(lon_a: f64, lat_a: f64, lon_b: f64, lat_b: f64) -> f64 {
    let (lat_a, lat_b) = (lat_a.to_radians(), lat_b.to_radians());
    let between = (lon_b - lon_a).to_radians();
    let cosine = lat_a.cos() * lat_b.cos() * between.cos() + lat_a.sin() * lat_b.sin();
    RADIUS * cosine.clamp(-1.0, 1.0).acos()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances_are_great_circles() {
        assert_eq!(distance(0.0, 0.0, 0.0, 0.0), 0.0);
        assert!((distance(0.0, 0.0, 180.0, 0.0) - 20_015.086).abs() < 0.001);
        // Sofia to Berlin.
        assert!((distance(23.32, 42.69, 13.40, 52.52) - 1318.8).abs() < 1.0);
        assert!(!distance(23.32, 42.69, 23.32, 42.69).is_nan());
    }
}
