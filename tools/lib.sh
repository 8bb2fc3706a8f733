# Shared by the scripts in this folder: where the repository is, and what they install when it is missing.
# shellcheck shell=bash
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# A slim machine has no ICU; the SDK itself then needs this to start.
if ! ldconfig -p 2>/dev/null | grep -q 'libicuuc\.so'; then export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1; fi

say() { printf '%s\n' "$*" >&2; }

has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || [ -n "$(find /usr/lib /usr/local/lib /opt/homebrew/lib -maxdepth 2 -name "$2" -print -quit 2>/dev/null)" ]; }

install_missing() { # package... ; apt when root, else one clear line
  if [ "$#" -eq 0 ]; then return 0; fi
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "installing $*"
    local log
    log="$(mktemp)"
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
      rm -f "$log"
      return 0
    fi
    tail -n 3 "$log" >&2
    rm -f "$log"
  fi
  return 1
}

gdal_package() { apt-cache pkgnames libgdal 2>/dev/null | grep -E '^libgdal3[0-9](t64)?$' | sort -V | tail -n 1; }

# What the program itself needs: libgdal, and libgomp for LightGBM.
ensure_runtime() {
  if ! command -v dotnet >/dev/null; then say "error: dotnet: not found; install the .NET 10 SDK"; exit 1; fi
  case "$(uname -s)" in Linux) ;; *) return 0 ;; esac
  local missing=()
  if ! has_library 'libgdal\.so\.3' 'libgdal.so.3*'; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then apt-get update -qq >/dev/null 2>&1 || true; fi
    local package; package="$(gdal_package)"
    missing+=("${package:-libgdal32}")
  fi
  has_library 'libgomp\.so\.1' 'libgomp.so.1' || missing+=(libgomp1)
  if [ "${#missing[@]}" -gt 0 ] && ! install_missing "${missing[@]}"; then
    say "error: missing ${missing[*]}; install with: apt-get install ${missing[*]}"
    exit 1
  fi
}
