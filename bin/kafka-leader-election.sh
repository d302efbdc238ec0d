#!/bin/sh
self=$0
if [ -L "$self" ]; then self=$(readlink -f -- "$self"); fi
exec "${self%/*}/../naru" kafka-leader-election "$@"
