#!/bin/sh
# Run by Buildroot on the finished root: what the terminal needs of it, or the image is not made.
set -eu
target="$1"
need() {
  if [ ! -e "$target/$1" ]; then
    echo "till: $1 is missing from the image" >&2
    exit 1
  fi
}
need usr/bin/node
need usr/lib/till/till-terminal.cjs
need usr/lib/till/clips/zh-CN/pack.json
need usr/bin/till-grab
need etc/init.d/S80till
mkdir -p "$target/etc/till" "$target/var/lib/till"
# The configuration is written at the first boot and must outlive the read-only root.
rm -rf "$target/etc/till"
ln -s /var/lib/till/etc "$target/etc/till"
