#!/usr/bin/env bash
# Certificates for tests of TLS, made anew: certificates.sh DIR
#
#   ca.pem                          the authority of the rest, but for the next one
#   other-ca.pem                    an authority that has signed nothing here
#   broker.pem, expired-broker.pem  key and certificate of a broker at 127.0.0.1, for Kafka's PEM key store
#   elsewhere-broker.pem            the same of a broker at another host
#   client.pem, client.key          certificate and key of a client; client-locked.key: the key, password `key-secret`
set -euo pipefail
cd "$1"

# $1: file, $2: the authority's name
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.pem" -days 2 -subj "/CN=$2"
}

# $1: file, $2: name, $3: days from now, $4: hosts; signed by ca
signed() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -out "$1.pem" -days "$3" \
    -extfile <(echo "subjectAltName=${4:-IP:127.0.0.1,DNS:localhost}")
}

{
  authority ca "tests' authority"
  authority other-ca "another authority"
  signed broker broker 2
  signed expired-broker broker -1
  signed elsewhere-broker broker 2 DNS:elsewhere.example
  signed client client 2
  openssl pkcs8 -topk8 -in client.key -out client-locked.key -passout pass:key-secret
  for name in broker expired-broker elsewhere-broker; do
    cat "$name.key" "$name.pem" >"$name.both"
    mv "$name.both" "$name.pem"
  done
  rm -f ./*.csr ./*.srl
} >openssl.log 2>&1 || {
  cat openssl.log
  exit 1
}
