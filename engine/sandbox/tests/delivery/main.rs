//! Delivery by EventBridge in the embedded account: what stands there, and what it does when time moves and nothing of muster runs.

mod account;
mod fires;
mod hands;
mod planned;
mod tagged;
mod weeks;
mod world;
