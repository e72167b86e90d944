# What the check scripts share. Sourced by them, not run.
#
# A check prints a PASS, FAIL or SKIP line for each thing it looks at and ends with 0, with 1 after a
# FAIL, or with 77 where it could look at nothing because something is missing on this machine.

root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
graft="$root/scripts/graft"
shared=$(readlink -m -- "${GRAFT_SHARED:-$root/../shared}")
weights="$shared/models/resnet18-imagenet.pt"
images="$shared/data/hymenoptera_data"
passed=0
failed=0

# Prints the comment at the top of the script that was started.
show_help() {
  sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"
}

pass() {
  passed=$((passed + 1))
  echo "PASS $*"
}

fail() {
  failed=$((failed + 1))
  echo "FAIL $*"
}

skip() {
  echo "SKIP $*"
}

skip_all() {
  skip "$(basename "$0"): $*"
  exit 77
}

need_shared() {
  local file
  for file in "$weights" "$images/train" "$images/val"; do
    [ -e "$file" ] || skip_all "$file is missing (GRAFT_SHARED names the folder it is looked for in)."
  done
}

# Makes $tmp, the working folder, and has it removed at the end; crashes leave their hs_err file there.
make_tmp() {
  tmp=$(mktemp -d)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  cd "$tmp"
  export GRAFT_JAVA_OPTS="${GRAFT_JAVA_OPTS:-} -XX:ErrorFile=$tmp/hs_err_%p.log"
}

clean_up() {
  cd /
  rm -rf "$tmp"
}

# small_data DIR N: a data set of N training and N validation images of each class.
small_data() {
  local split class
  for split in train val; do
    for class in "$images/$split"/*/; do
      class=$(basename "$class")
      mkdir -p "$1/$split/$class"
      find "$images/$split/$class" -name '*.jpg' | LC_ALL=C sort | sed -n "1,$2p" |
        xargs -d '\n' cp -t "$1/$split/$class"
    done
  done
}

# A python3 with torch and torchvision, or nothing.
torch_python() {
  local python
  for python in "${PYTHON:-python3}" /usr/bin/python3; do
    if "$python" -c 'import torch, torchvision' 2>/dev/null; then
      echo "$python"
      return
    fi
  done
}

no_crash() {
  ! compgen -G "$tmp/hs_err_*.log" >/dev/null
}

# Ends the script: says how many passed and failed.
finish() {
  if no_crash; then :; else
    fail "a JVM crashed:"
    sed -n '1,40p' "$tmp"/hs_err_*.log
  fi
  echo "$(basename "$0"): $passed passed, $failed failed"
  [ "$failed" = 0 ]
}
