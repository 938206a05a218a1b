/**
 * The recorded command line as ours takes it: without the program's name, and signed by a key of the recording. Who
 * signs, and with which certificates and timestamps, is not what a run's evidence is compared by.
 */
export function ourCommandLine(argv: readonly string[], key: string): readonly string[] {
  const end = argv.indexOf('--')
  const flags = end === -1 ? argv.slice(1) : argv.slice(1, end)
  const isSigning = flags[0] === 'sign' ? signing : signingOrTimestamps
  const kept: string[] = []
  for (let index = 0; index < flags.length; index++) {
    const flag = flags[index] ?? ''
    const isLong = flag.startsWith('--')
    const name = isLong ? flag.replace(/=.*/s, '') : flag.slice(0, 2)
    if (!isSigning.test(name)) kept.push(flag)
    else if (isLong ? !flag.includes('=') : flag.length === 2) index++
  }
  return [...kept, '--signer-file-key-path', key, ...(end === -1 ? [] : argv.slice(end))]
}

/** Flags that only say who signs; each takes a value. For `sign`, `-t` is the type of the payload. */
const signing = /^(?:-k|--signer-.*|--timestamp-servers)$/
const signingOrTimestamps = /^(?:-k|-t|--signer-.*|--timestamp-servers)$/
