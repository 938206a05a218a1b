import type { Platform } from './manifest.ts'

/**
 * Whether an image for a platform is one that is wanted; what is not wanted of it does not matter. Names are compared as
 * whoever pulls compares them (containerd's `platforms.Normalize`): otherwise an index could list the same machine under
 * another spelling, which is pulled and was not looked at.
 */
export function fitsPlatform(platform: Platform | undefined, wanted: Partial<Platform> | undefined): boolean {
  if (platform === undefined || wanted === undefined) return true
  const found = normalized(platform)
  const asked = normalized({ ...wanted, os: wanted.os ?? platform.os, architecture: wanted.architecture ?? platform.architecture })
  // an image that says no version of the system is for any
  const version = wanted['os.version'] === undefined || platform['os.version'] === undefined || wanted['os.version'] === platform['os.version']
  return found.os === asked.os && found.architecture === asked.architecture && (wanted.variant === undefined || found.variant === asked.variant) && version
}

interface Normalized {
  readonly os: string
  readonly architecture: string
  readonly variant: string
}

function normalized({ os, architecture, variant = '' }: Platform): Normalized {
  const system = os.toLowerCase()
  return { os: system === 'macos' ? 'darwin' : system, ...processor(architecture.toLowerCase(), variant.toLowerCase()) }
}

function processor(architecture: string, variant: string): Omit<Normalized, 'os'> {
  switch (architecture) {
    case 'i386':
      return { architecture: '386', variant: '' }
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return { architecture: 'amd64', variant: variant === 'v1' ? '' : variant }
    case 'aarch64':
    case 'arm64':
      return { architecture: 'arm64', variant: variant === '8' || variant === 'v8' ? '' : variant }
    case 'armhf':
      return { architecture: 'arm', variant: 'v7' }
    case 'armel':
      return { architecture: 'arm', variant: 'v6' }
    case 'arm':
      return { architecture: 'arm', variant: variant === '' ? 'v7' : /^[5-8]$/.test(variant) ? `v${variant}` : variant }
    default:
      return { architecture, variant }
  }
}
