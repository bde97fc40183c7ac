"""Safety checks: pure functions of a draft and of facts, one subject a module, found through `registry`."""
