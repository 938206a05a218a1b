package image.sbom

import rego.v1

image := input.steps["docker-build"]["https://aflock.ai/attestations/oci/v0.1"].imageid.sha256

deny contains "the SBOM does not say what it describes" if not input.attestation.metadata.component.purl

deny contains msg if {
	purl := input.attestation.metadata.component.purl
	not contains(purl, sprintf("@sha256%%3A%s?", [image]))
	msg := sprintf("the SBOM describes %s, and the image that was built is sha256:%s", [purl, image])
}
