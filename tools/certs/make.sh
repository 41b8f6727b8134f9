#!/bin/sh
# Makes the certificates of the tests and the benchmark anew. The keys beside this file are public, for tests on
# loopback alone, and protect nothing: never trust ca.pem outside of a test. The CA's own key is thrown away.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/ca.conf" <<CONF
[ca]
default_ca = test
[test]
database = $work/index
new_certs_dir = $work
certificate = ca.pem
private_key = $work/ca-key.pem
default_md = sha256
policy = policy
rand_serial = yes
unique_subject = no
copy_extensions = none
[policy]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
CONF
: > "$work/index"

# EC keys: a handshake with RSA takes several times as long.
new_key() {
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null
}

# sign REQUEST CERTIFICATE OPTIONS FIRST-DAY LAST-DAY. The days are fixed, so that no machine's clock matters.
sign() {
  # shellcheck disable=SC2086 # several options in one word
  openssl ca -batch -notext -config "$work/ca.conf" -in "$1" -out "$2" $3 \
    -startdate "${4}000000Z" -enddate "${5}000000Z" 2>/dev/null
}

# make NAME SUBJECT-ALT-NAMES FIRST-DAY LAST-DAY
make() {
  new_key "$1-key.pem"
  openssl req -new -config "$work/ca.conf" -key "$1-key.pem" -subj "/CN=$1" -out "$work/$1.csr"
  cat > "$work/$1.ext" <<EXT
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = $2
EXT
  sign "$work/$1.csr" "$1.pem" "-extfile $work/$1.ext" "$3" "$4"
}

new_key "$work/ca-key.pem"
openssl req -new -config "$work/ca.conf" -key "$work/ca-key.pem" -subj "/CN=Test CA, protects nothing" -out "$work/ca.csr"
sign "$work/ca.csr" ca.pem "-selfsign -extensions authority" 20200101 21200101

make localhost DNS:localhost,DNS:portal.test,IP:127.0.0.1,IP:::1 20200101 21200101
make expired DNS:localhost,DNS:portal.test,IP:127.0.0.1,IP:::1 20200101 20200102
make other-host DNS:other.test 20200101 21200101
