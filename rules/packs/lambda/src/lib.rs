//! Rules about Lambda functions.

muster_rule::pack![];
