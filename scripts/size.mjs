// What each export weighs in a program that uses all of it: bundled with its dependencies, minified, gzipped, in KB
// (1,000 bytes). `own` leaves other packages of ours out; the budget is for that, so that each answers for itself. Roads
// are what programs import, everything counted.
//   node scripts/size.mjs FOLDER           (a folder in which the packed packages are installed)
//   node scripts/size.mjs --sources NAME   (one package, such as rego, from its sources)
import { build } from 'esbuild'
import { builtinModules } from 'node:module'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { needsNode, published, specifiers } from './packages.mjs'

/** In KB. An export over its budget fails; raise a budget only in a commit that says what is bought with it. */
const budgets = {
  '@cilock/archive': 7,
  '@cilock/archive/node': 14,
  '@cilock/archivista-client': 9,
  '@cilock/archivista-client/testing': 16,
  '@cilock/archivista-client/testing/node': 2,
  '@cilock/attestor-command-run': 4,
  '@cilock/attestor-command-run/type': 2,
  '@cilock/attestor-docker': 4,
  '@cilock/attestor-docker/type': 3,
  '@cilock/attestor-environment': 3,
  '@cilock/attestor-environment/type': 1,
  '@cilock/attestor-files': 18,
  '@cilock/attestor-files/type': 2,
  '@cilock/attestor-git': 90,
  '@cilock/attestor-git/type': 1,
  '@cilock/attestor-github': 52,
  '@cilock/attestor-github/type': 2,
  '@cilock/attestor-oci': 24,
  '@cilock/attestor-oci/type': 2,
  '@cilock/attestor-sbom': 14,
  '@cilock/attestor-sbom/type': 2,
  '@cilock/cli': 30,
  '@cilock/core': 40,
  '@cilock/core/merkle': 12,
  '@cilock/core/node': 25,
  '@cilock/core/schema': 4,
  // with scrypt, secret boxes and Ed25519ph
  '@cilock/cosign': 38,
  '@cilock/der': 3,
  '@cilock/glob': 3,
  '@cilock/http': 6,
  '@cilock/http/node': 3.5,
  '@cilock/http/testing': 2,
  '@cilock/http/testing/node': 2,
  '@cilock/image': 14,
  '@cilock/image/node': 16,
  '@cilock/in-toto-attestation': 40,
  // with limits on a whole verification, rules judged in view of all that is accepted, and arguments that are checked
  '@cilock/policy': 36,
  // with the whole judgement, as what it proposes is tried
  '@cilock/policy/explain': 37,
  '@cilock/policy/lint': 16,
  '@cilock/policy/render': 14,
  '@cilock/registry': 15,
  // archives are written too
  '@cilock/registry/node': 12,
  '@cilock/registry/testing': 6,
  '@cilock/registry/testing/node': 2,
  '@cilock/rego': 72,
  '@cilock/rego/analyze': 45,
  '@cilock/rego/crypto': 50,
  '@cilock/rego/further': 56,
  '@cilock/rego/jwt': 50,
  '@cilock/rego/json-schema': 25,
  '@cilock/rego/newer': 10,
  '@cilock/rego/yaml': 45,
  '@cilock/rego/all': 160,
  '@cilock/sdk': 1,
  '@cilock/sdk/explain': 1,
  '@cilock/sdk/lint': 1,
  '@cilock/sdk/node': 1,
  '@cilock/testing': 32,
  '@cilock/testing/node': 2,
  '@cilock/testing/x509': 24,
  '@cilock/x509': 19,
  '@cilock/x509/timestamper': 22,
}

const roads = [
  {
    name: 'core: read and verify an envelope',
    imports: { '@cilock/core': ['parseEnvelope', 'importVerifier', 'verifyEnvelope', 'statementOf', 'collectionOf', 'readCollection', 'memorySource', 'CilockError'] },
    budget: 40,
  },
  {
    // the Rego engine with all built-ins is most of it; it is loaded only for policies that have Rego
    name: 'policy: verify, every attestor read',
    imports: {
      '@cilock/core': ['parseEnvelope', 'importVerifier', 'memorySource', 'CilockError'],
      '@cilock/policy': ['verify'],
      ...Object.fromEntries(specifiers(published()).filter((name) => name.endsWith('/type')).map((name) => [name, '*'])),
    },
    budget: 300,
  },
  // Everything that compiling and evaluating takes, globs included: 70 KiB.
  { name: 'rego: compile and evaluate', imports: { '@cilock/rego': '*' }, budget: 71.68 },
]

const [argument, name] = process.argv.slice(2)
const fromSources = argument === '--sources'
const measured = published().filter((one) => !fromSources || one.name === name)
if (argument === undefined || measured.length === 0) {
  console.error('usage: node scripts/size.mjs FOLDER | --sources NAME')
  process.exit(2)
}
const folder = fromSources ? measured[0].folder : resolve(argument)
const measuredRoads = fromSources ? roads.filter(({ imports }) => Object.keys(imports).every((from) => specifiers(measured).includes(from))) : roads
const rows = []

for (const specifier of specifiers(measured)) {
  const contents = `import * as all from '${specifier}'\nconsole.log(all)`
  const platform = needsNode(specifier) ? 'node' : 'browser'
  const [scope, name] = specifier.split('/')
  const own = await sizeOf(contents, platform, (path) => path.startsWith(`${scope}/`) && !`${path}/`.startsWith(`${scope}/${name}/`))
  rows.push({ name: specifier, platform, own, all: await sizeOf(contents, platform, () => false), budget: budgets[specifier] })
}
for (const { name, imports, budget } of measuredRoads) {
  const contents = Object.entries(imports).map(([from, names], index) => `export ${names === '*' ? `* as x${index}` : `{ ${names.join(', ')} }`} from '${from}'`).join('\n')
  const all = await sizeOf(contents, 'browser', () => false)
  rows.push({ name, platform: 'browser', own: all, all, budget })
}

const width = Math.max(...rows.map(({ name }) => name.length))
const kb = (bytes) => (bytes / 1000).toFixed(1).padStart(7)
console.log(`${'min+gzip, KB'.padEnd(width)}  platform     own     all  budget`)
for (const { name, platform, own, all, budget } of rows) {
  const verdict = budget === undefined ? '  no budget' : own / 1000 > budget ? '  OVER' : ''
  console.log(`${name.padEnd(width)}  ${platform.padEnd(8)} ${kb(own)} ${kb(all)} ${String(budget ?? '').padStart(7)}${verdict}`)
}
for (const { name, imports } of measuredRoads) {
  console.log(`\n${name}:`)
  for (const [from, names] of Object.entries(imports)) console.log(`  import ${names === '*' ? '*' : `{ ${names.join(', ')} }`} from '${from}'`)
}
const red = rows.filter(({ own, budget }) => budget === undefined || own / 1000 > budget)
if (red.length > 0) {
  console.error(`over budget, or without one: ${red.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

async function sizeOf(contents, platform, isLeftOut) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    outdir: folder,
    // dynamic imports count: a user loads them sooner or later
    splitting: false,
    format: 'esm',
    platform,
    ...(fromSources ? { conditions: ['@cilock/source'] } : {}),
    logLevel: 'error',
    plugins: [
      {
        name: 'left-out',
        setup: (context) => {
          context.onResolve({ filter: /.*/ }, ({ path }) =>
            isLeftOut(path) || builtinModules.includes(path) || path.startsWith('node:') ? { path, external: true } : undefined,
          )
        },
      },
    ],
  })
  return outputFiles.reduce((sum, { contents: bytes }) => sum + gzipSync(bytes, { level: 9 }).length, 0)
}
