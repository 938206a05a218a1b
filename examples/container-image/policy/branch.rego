package image.branch

import rego.v1

deny contains "the run has no token that says its branch" if not input.jwt.claims.ref

deny contains msg if {
	input.jwt.claims.ref != "refs/heads/main"
	msg := sprintf("built from %s, and releases are built from refs/heads/main", [input.jwt.claims.ref])
}
