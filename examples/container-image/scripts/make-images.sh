#!/usr/bin/env bash
# Makes the demo's matched set with real tools: an image, the metadata that buildx would write about it, its tarball as
# `docker save` gives it, and a CycloneDX SBOM that names its config digest; and a second image to replace it with.
# Needs buildah, skopeo, umoci and jq (Debian: apt-get install buildah skopeo umoci jq). The results are committed, so that the demo
# needs nothing but Node; run this again only to change them.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
store=(--root "$work/store" --runroot "$work/run")
epoch=1767225600 # 2026-01-01, so that the same files give the same image

# build NAME REFERENCE GREETING: the image in an OCI layout and as a docker-save tarball.
build() {
  local name=$1 reference=$2 greeting=$3 context="$work/context-$1"
  cp -r image "$context"
  printf 'export const greeting = (path) => `%s ${path}\\n`\n' "$greeting" >"$context/app/greeting.js"
  find "$context" -exec touch -h -d "@$epoch" {} +
  buildah "${store[@]}" build --quiet --layers --timestamp "$epoch" --format oci -t "localhost/$name" -f "$context/Dockerfile" "$context" >/dev/null
  buildah "${store[@]}" push --quiet "localhost/$name" "oci:$work/$name:latest" >/dev/null
  skopeo copy --quiet "oci:$work/$name:latest" "docker-archive:$work/$name.tar:$reference"
  umoci stat --json --image "$work/$name:latest" >/dev/null # a second reader of the layout agrees that it is one
}

out=fixtures
rm -rf "$out" && mkdir -p "$out/image" "$out/other"
reference=registry.example.test/acme/app:1.0.0
build app "$reference" 'hello from'
build other "$reference" 'not what was built:'
cp "$work/app.tar" "$out/image/image.tar"
cp "$work/other.tar" "$out/other/image.tar"

manifest=$(skopeo inspect --raw "oci:$work/app:latest")
digest="sha256:$(printf '%s' "$manifest" | sha256sum | cut -d' ' -f1)"
size=$(printf '%s' "$manifest" | wc -c)
# The config digest is the image id: it is the same in the registry's manifest and in the tarball, and links the two.
image_id="sha256:$(tar -xOf "$out/image/image.tar" manifest.json | jq -r '.[0].Config' | cut -d. -f1)"
[ "$image_id" = "$(printf '%s' "$manifest" | jq -r .config.digest)" ] || { echo "the tarball's config is not the manifest's" >&2; exit 1; }
base="sha256:$(printf '%s' "$manifest" | jq -r '.layers[0].digest' | cut -d: -f2)"

jq -n --arg digest "$digest" --arg config "$image_id" --argjson size "$size" --arg name "$reference" --arg base "${base#sha256:}" '{
  "buildx.build.provenance/linux/amd64": {
    buildType: "https://mobyproject.org/buildkit@v1",
    materials: [{ uri: "pkg:docker/registry.example.test/acme/base@1?platform=linux%2Famd64", digest: { sha256: $base } }],
    invocation: {
      configSource: { entryPoint: "Dockerfile" },
      parameters: { frontend: "dockerfile.v0", args: {}, locals: [{ name: "context" }, { name: "dockerfile" }] },
      environment: { platform: "linux/amd64" }
    }
  },
  "buildx.build.ref": "builder/builder0/demo",
  "containerimage.config.digest": $config,
  "containerimage.descriptor": {
    mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $digest, size: $size,
    platform: { architecture: "amd64", os: "linux" }
  },
  "containerimage.digest": $digest,
  "image.name": $name
}' >"$out/image/docker-metadata.json"

# sbom IMAGE_ID: what the image holds, by name and version, about the image with this config digest.
sbom() {
  jq -n --arg id "$1" '{
    bomFormat: "CycloneDX", specVersion: "1.6", version: 1,
    metadata: {
      timestamp: "2026-01-01T00:00:00Z",
      component: { type: "container", name: "registry.example.test/acme/app", version: "1.0.0",
        "bom-ref": "image", purl: ("pkg:oci/app@" + ($id | sub(":"; "%3A")) + "?repository_url=registry.example.test%2Facme%2Fapp") }
    },
    components: [
      { type: "operating-system", "bom-ref": "base", name: "demo base", version: "1" },
      { type: "library", "bom-ref": "pkg:npm/mime@4.0.7", name: "mime", version: "4.0.7", purl: "pkg:npm/mime@4.0.7", licenses: [{ license: { id: "MIT" } }] }
    ],
    dependencies: [{ ref: "image", dependsOn: ["base", "pkg:npm/mime@4.0.7"] }]
  }'
}
sbom "$image_id" >"$out/image/image.cdx.json"
ls -l "$out"/*
