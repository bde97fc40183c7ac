"""Stand-ins at the ports; a package, so that `google` in it is never taken for Google's own."""
