import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The commands of a real docker with buildx, for a machine where its daemon answers. */
export function dockerCommands(): { readonly build: readonly string[]; readonly sbom: readonly string[] } {
  try {
    execFileSync('docker', ['buildx', 'version'], { stdio: 'ignore' })
    execFileSync('docker', ['info'], { stdio: 'ignore' })
  } catch {
    throw new TypeError('--docker needs a docker with buildx whose daemon answers; without the flag the demo needs nothing but Node')
  }
  const tag = 'registry.example.test/acme/app:1.0.0'
  const build = `docker buildx build --quiet --load --metadata-file docker-metadata.json -t ${tag} . && docker save -o image.tar ${tag}`
  return { build: ['sh', '-c', build], sbom: [process.execPath, fileURLToPath(new URL('../scripts/describe-image.mjs', import.meta.url))] }
}
