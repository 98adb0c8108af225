// Points as quads with their distance to the outline, lines as quads below them; everything in device pixels, alpha premultiplied.

struct View {
  centre: vec2f,
  scale: f32,      // device pixels per layout unit
  growth: f32,     // device pixels per unit of radius
  size: vec2f,     // of the canvas in device pixels
  radii: vec2f,    // least and most radius
  ring_least: f32, // least stroke of a ring
  line_half: f32,
  square_half: f32, // half side per radius
  ring_share: f32,
}
@group(0) @binding(0) var<uniform> view: View;

fn clip(pixel: vec2f) -> vec4f {
  return vec4f(pixel.x / view.size.x * 2.0 - 1.0, 1.0 - pixel.y / view.size.y * 2.0, 0.0, 1.0);
}
fn screen(position: vec2f) -> vec2f {
  return view.size * 0.5 + (position - view.centre) * vec2f(view.scale, -view.scale);
}
fn corner(index: u32) -> vec2f {
  return vec2f(f32(index & 1u), f32(index >> 1u)) * 2.0 - 1.0;
}

struct PointOut {
  @builtin(position) clip: vec4f,
  @location(0) offset: vec2f,
  @location(1) @interpolate(flat) radius: f32,
  @location(2) @interpolate(flat) shape: u32,
  @location(3) @interpolate(flat) colour: vec4f,
}

@vertex fn point_vertex(@builtin(vertex_index) index: u32, @location(0) position: vec2f, @location(1) radius: f32, @location(2) colour: vec4f, @location(3) shape: u32) -> PointOut {
  let r = clamp(radius * view.growth, view.radii.x, view.radii.y);
  // One pixel more, for the soft edge.
  let offset = corner(index) * (r + 1.0);
  return PointOut(clip(screen(position) + offset), offset, r, shape, colour);
}

@fragment fn point_fragment(in: PointOut) -> @location(0) vec4f {
  let from_centre = length(in.offset);
  var inside = in.radius - from_centre;
  if (in.shape == 1u) {
    inside = in.radius * view.square_half - max(abs(in.offset.x), abs(in.offset.y));
  } else if (in.shape == 2u) {
    inside = min(inside, from_centre - (in.radius - max(in.radius * view.ring_share, view.ring_least)));
  }
  let alpha = in.colour.a * clamp(inside + 0.5, 0.0, 1.0);
  return vec4f(in.colour.rgb * alpha, alpha);
}

struct LineOut {
  @builtin(position) clip: vec4f,
  @location(0) across: f32,
  @location(1) @interpolate(flat) colour: vec4f,
}

@vertex fn line_vertex(@builtin(vertex_index) index: u32, @location(0) ends: vec4f, @location(1) colour: vec4f) -> LineOut {
  let from_pixel = screen(ends.xy);
  let to_pixel = screen(ends.zw);
  let along = to_pixel - from_pixel;
  let normal = vec2f(-along.y, along.x) / max(length(along), 1e-6);
  let at = corner(index);
  let across = at.y * (view.line_half + 1.0);
  return LineOut(clip(select(from_pixel, to_pixel, at.x > 0.0) + normal * across), across, colour);
}

@fragment fn line_fragment(in: LineOut) -> @location(0) vec4f {
  let alpha = in.colour.a * clamp(view.line_half - abs(in.across) + 0.5, 0.0, 1.0);
  return vec4f(in.colour.rgb * alpha, alpha);
}
