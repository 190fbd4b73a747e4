# What bin/run, bin/dev and bin/test share: Debian packages and the Python environment. Sourced.
# shellcheck shell=bash

PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # Debian keeps mosquitto where plain users do not look
export PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

unset PYTHONDONTWRITEBYTECODE # a thousand modules compiled anew take half of every start

RUNTIME_PACKAGES=(libpangoft2-1.0-0 libharfbuzz-subset0 fonts-wqy-microhei mosquitto)
TEST_PACKAGES=(postgresql mosquitto-clients chromium libatomic1 dbus poppler-utils) # libatomic1: Playwright

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# The packages among "$@" that Debian does not have installed, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
  done
}

# Make Debian packages be there, through apt when we may. Fails when some are still missing.
need_packages() {
  local missing sudo=()
  if ! command -v apt-get >/dev/null; then
    say "Not Debian: what these packages hold is expected to be here already: $*"
    return 0
  fi
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      sudo=(sudo)
    else
      say "Some Debian packages are missing. Please run this as root, then start again:"
      say "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
      return 1
    fi
  fi
  say "Installing from Debian: ${missing[*]}"
  apt_install "${missing[@]}" && return 0
  say "apt could not install them. Is there a network, is the disk full, is another apt at work?"
  say "What apt said is above. To try by hand, as root:"
  say "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  return 1
}

# Install with the lists at hand, or with fresh ones. Waits two minutes for another apt to finish.
# Reads `sudo` of its caller.
apt_install() {
  local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y
    -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0)
  "${apt[@]}" install --no-install-recommends "$@" >/dev/null 2>&1 && return 0
  "${apt[@]}" update >/dev/null || return 1
  "${apt[@]}" install --no-install-recommends "$@" >/dev/null
}

# The first Python of 3.11 or newer.
find_python() {
  local candidate
  for candidate in python3 python3.11 python3.12 python3.13 python3.14 /usr/bin/python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

# Make .venv hold exactly what the lock file $1 says. Nothing to do when it did so last time.
need_python_packages() {
  local lock=$1 python stamp
  stamp="$PWD $(cat "$lock" pyproject.toml | sha256sum | cut -d' ' -f1)"
  if .venv/bin/python -c '' 2>/dev/null; then
    [ "$(cat ".venv/$lock.stamp" 2>/dev/null)" != "$stamp" ] || return 0
  fi
  say "Installing Python packages into .venv (a minute or so, the first time)"
  [ "$(cat .venv/made-in 2>/dev/null)" = "$PWD" ] || make_venv # scripts in it name their folder
  { .venv/bin/python -m pip install -q --require-hashes -r "$lock" &&
    .venv/bin/python -m pip install -q --no-deps --no-build-isolation -e .; } ||
    fail "The Python packages could not be fetched. Is there a network? Starting again goes on from here."
  echo "$stamp" >".venv/$lock.stamp"
}

make_venv() {
  local python
  find_python >/dev/null || need_packages python3 || exit 1
  python=$(find_python) || fail "Python 3.11 or newer is needed."
  "$python" -c 'import ensurepip, venv' 2>/dev/null || need_packages python3-venv || exit 1
  "$python" -m venv --clear .venv
  echo "$PWD" >.venv/made-in
}
