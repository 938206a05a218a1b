// Writes the CycloneDX SBOM of the image in image.tar: its config digest as `docker save` names it, and what its
// package.json asks for. A stand-in for syft or buildx's scanner where neither is at hand.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const [{ Config: config }] = JSON.parse(execFileSync('tar', ['-xOf', 'image.tar', 'manifest.json'], { encoding: 'utf8' }))
const [id] = config.match(/[0-9a-f]{64}/)
const { name, version, dependencies } = JSON.parse(readFileSync('app/package.json', 'utf8'))
const components = Object.entries(dependencies).map(([dependency, at]) => ({ type: 'library', name: dependency, version: at, purl: `pkg:npm/${dependency}@${at}` }))
const component = { type: 'container', name: `registry.example.test/acme/${name}`, version, purl: `pkg:oci/${name}@sha256%3A${id}` }
writeFileSync('image.cdx.json', JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata: { component }, components }))
