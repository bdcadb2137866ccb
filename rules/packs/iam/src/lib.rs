//! Rules about IAM and the account.

muster_rule::pack![];
