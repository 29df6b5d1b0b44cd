"""Rights and promises: the policy, export, erasure, retention, and what processors get to see."""
