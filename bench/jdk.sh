# Sourced: sets $jdk to a JDK 25 or newer.
jdk=
for place in "${NARU_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
  "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/*; do
  [ -x "$place/bin/java" ] || continue
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$place/release" 2>/dev/null || true)
  if [ "${version:-0}" -ge 25 ]; then jdk=$place; break; fi
done
if [ -z "$jdk" ]; then echo "a JDK 25 or newer is needed; point JAVA_HOME to it" >&2; exit 1; fi
