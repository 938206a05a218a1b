package image.action

import rego.v1

approved := ["acme/", "actions/"]

deny contains msg if {
	not input.refpinned
	msg := sprintf("%s is not pinned to a commit", [input.actionref])
}

deny contains msg if {
	not from_approved
	msg := sprintf("%s is none of the approved actions", [input.actionref])
}

from_approved if {
	some prefix in approved
	startswith(input.actionref, prefix)
}
