#!/bin/sh
# Makes the certificates of the tests and the benchmark; needs OpenSSL 3. The keys are public and protect nothing: never
# trust ca.pem outside a test.
set -eu
cd "$(dirname "$0")"
ca_key=$(mktemp)
trap 'rm -f "$ca_key"' EXIT
# A handshake with RSA takes several times as long.
new_key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc"

openssl req -x509 $new_key -keyout "$ca_key" -out ca.pem -days 36500 -subj "/CN=Test CA, protects nothing" \
  -addext keyUsage=critical,keyCertSign

# make NAME DAYS SUBJECT-ALT-NAMES
make() {
  openssl req $new_key -keyout "$1-key.pem" -subj "/CN=$1" -addext "subjectAltName=$3" \
    -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth |
    openssl x509 -req -CA ca.pem -CAkey "$ca_key" -days "$2" -copy_extensions copy -out "$1.pem"
}

make localhost 36500 DNS:localhost,DNS:portal.test,IP:127.0.0.1,IP:::1
make expired -1 DNS:localhost,DNS:portal.test,IP:127.0.0.1,IP:::1
make other-host 36500 DNS:other.test
