// Floats as integers: what the other shaders of this folder are compiled behind.

/// Biased exponent; that of the smallest normal number for the ones below it, which have the same unit.
fn exponentOf(bits: u32) -> u32 {
  return max((bits >> 23u) & 0xffu, 1u);
}

/// Mantissa of 24 bits: the number is `mantissa * 2^(exponent - 150)`.
fn mantissaOf(bits: u32) -> u32 {
  return (bits & 0x7fffffu) | select(0u, 0x800000u, (bits & 0x7f800000u) != 0u);
}

/// `(low, high)` of at most 48 bits shifted right, to the nearest number.
fn shiftRight(low: u32, high: u32, by: u32) -> vec2u {
  if (by == 0u) {
    return vec2u(low, high);
  }
  if (by > 56u) {
    return vec2u();
  }
  // Half of what is lost, added first.
  let half = by - 1u;
  var addLow = 0u;
  var addHigh = 0u;
  if (half < 32u) {
    addLow = 1u << half;
  } else {
    addHigh = 1u << (half - 32u);
  }
  let sum = low + addLow;
  let top = high + addHigh + select(0u, 1u, sum < low);
  if (by < 32u) {
    return vec2u((sum >> by) | (top << (32u - by)), top >> by);
  }
  return vec2u(top >> (by - 32u), 0u);
}

/// Two's complement.
fn negated(n: vec2u) -> vec2u {
  return vec2u(~n.x + 1u, ~n.y + select(0u, 1u, n.x == 0u));
}
