//! The least-privilege policy for exactly this fleet.
