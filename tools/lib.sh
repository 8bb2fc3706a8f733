# Shared by the scripts in this folder: where the repository is, and what they install when it is missing.
# shellcheck shell=bash
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
# A slim machine has no ICU; the SDK itself then needs this to start.
libraries="$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)"
if [[ $libraries != *libicuuc.so* ]]; then export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1; fi

say() { printf '%s\n' "$*" >&2; }

# Every script answers --help with the comment at its head; tools/irrigationwatch has the program's own.
if [ "$(basename "$0")" != irrigationwatch ] && { [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; }; then
  sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p;}' "$0"
  exit 0
fi

has_library() { PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep "$1" >/dev/null || [ -n "$(find /usr/lib /usr/local/lib /opt/homebrew/lib -maxdepth 2 -name "$2" -print -quit 2>/dev/null)" ]; }

install_missing() { # package... ; apt when root, else one clear line
  if [ "$#" -eq 0 ]; then return 0; fi
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "installing $*"
    local log
    log="$(mktemp)"
    # Another apt may be at work: it is waited for.
    if { apt-get -o DPkg::Lock::Timeout=300 update -qq && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
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
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then apt-get -o DPkg::Lock::Timeout=300 update -qq >/dev/null 2>&1 || true; fi
    local package; package="$(gdal_package || true)"
    missing+=("${package:-libgdal32}")
  fi
  has_library 'libgomp\.so\.1' 'libgomp.so.1' || missing+=(libgomp1)
  if [ "${#missing[@]}" -gt 0 ] && ! install_missing "${missing[@]}"; then
    say "error: missing ${missing[*]}; install with: apt-get install ${missing[*]}"
    exit 1
  fi
}

# The command line as it was built last, compiled for this machine beforehand into artifacts/program: it starts three times as fast.
# Nothing is built or locked anew: what was built is compiled, and restored apart from it.
publish_program() {
  local runtime options
  runtime="$(dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)"
  options=(-p:PublishReadyToRun=true -p:AppendRuntimeIdentifierToOutputPath=false -p:MSBuildProjectExtensionsPath=obj/ready/ -p:NuGetLockFilePath=obj/ready/packages.lock.json -p:RestoreLockedMode=false)
  dotnet restore "$root/src/IrrigationWatch.Cli" -r "$runtime" "${options[@]}" -v quiet &&
    dotnet publish "$root/src/IrrigationWatch.Cli" -c Release -r "$runtime" --no-self-contained --no-build "${options[@]}" -o "$root/artifacts/program" -v quiet -nologo
}
