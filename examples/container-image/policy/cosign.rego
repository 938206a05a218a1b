package image.signed

import rego.v1

deny contains msg if {
	input.cosign_subject != input.image_digest
	msg := sprintf("cosign signed %s, and the image that was built is %s", [input.cosign_subject, input.image_digest])
}
