#!/bin/sh
# What U-Boot does for RAUC, with its record in one sector of a disk: an order, and the starts left of each system. `start` takes one away
# and names the system that starts; the other words are those of RAUC's `bootloader-custom-backend`.
record=/dev/vdd
starts=3

text() { dd if="$record" bs=512 count=1 2>/dev/null | tr -d '\000'; }
value() { text | sed -n "s/^$1=//p"; }
# One sector in one write: it is the old record or the new one, whenever the power goes.
change() {
  after="$(text | sed "$1")"
  printf '%s\n' "$after" | dd of="$record" bs=512 count=1 conv=sync,fsync,notrunc 2>/dev/null
}
primary() {
  for name in $(value ORDER); do
    if [ "$(value "$name")" -gt 0 ]; then
      echo "$name"
      return 0
    fi
  done
  return 1
}

case "$1" in
start)
  name="$(primary)" || exit 1
  change "s/^$name=.*/$name=$(($(value "$name") - 1))/"
  echo "$name"
  ;;
get-primary) primary ;;
set-primary)
  order=$2
  for name in $(value ORDER); do [ "$name" = "$2" ] || order="$order $name"; done
  change "s/^ORDER=.*/ORDER=$order/;s/^$2=.*/$2=$starts/"
  ;;
get-state) if [ "$(value "$2")" -gt 0 ]; then echo good; else echo bad; fi ;;
set-state) if [ "$3" = good ]; then change "s/^$2=.*/$2=$starts/"; else change "s/^$2=.*/$2=0/"; fi ;;
show) text ;;
*) exit 2 ;;
esac
