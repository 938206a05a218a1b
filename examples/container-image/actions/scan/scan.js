import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'

const { INPUT_SBOM: sbom = '', INPUT_DENY: deny = '', GITHUB_OUTPUT: output } = process.env
const denied = new Set(deny.split('\n'))
const found = JSON.parse(readFileSync(sbom, 'utf8')).components.filter(({ name }) => denied.has(name))
writeFileSync('scan.json', JSON.stringify({ findings: found.length }))
if (output !== undefined) appendFileSync(output, `findings=${found.length}\n`)
if (found.length > 0) process.exitCode = 1
