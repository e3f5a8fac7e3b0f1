"""The commands of `chainrule`, one module each: `add_to` defines its options, `run` executes it."""
