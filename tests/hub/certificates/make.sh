#!/bin/sh
# Makes the certificates of tests/hub/certificates.rs, all of one key that guards nothing. `openssl req -x509` would do for
# most, but begins their time today; the extensions are those that it gives. Run here, with openssl 3.0 or later.
set -e
work=$(mktemp -d)
touch "$work/index"
cat >"$work/ca.cnf" <<END
[ca]
default_ca = d
[d]
new_certs_dir = $work
database = $work/index
rand_serial = yes
default_md = sha256
unique_subject = no
policy = p
[p]
commonName = supplied
[default]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
basicConstraints = critical,CA:TRUE
[names]
basicConstraints = critical,CA:TRUE
subjectAltName = DNS:localhost,IP:127.0.0.1
[leaf]
basicConstraints = critical,CA:FALSE
END
[ -e key.pem ] || openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out key.pem
new() { # file, common name, extensions (none: version 1), last year, issuer if it is another
    openssl req -new -key key.pem -subj "/CN=$2" -out "$work/request"
    if [ "$5" ]; then signed="-cert $5"; else signed=-selfsign; fi
    openssl ca -batch -config "$work/ca.cnf" $signed -keyfile key.pem -in "$work/request" ${3:+-extensions "$3"} \
        -startdate 20200101000000Z -enddate "$4"0101000000Z -notext -out "$1"
}
new default.pem localhost default 2120
new names.pem localhost names 2120
new leaf.pem localhost leaf 2120
new elsewhere.pem elsewhere default 2120
new expired.pem localhost default 2021
new version1.pem localhost "" 2120
new authority.pem authority default 2120
new signed.pem localhost leaf 2120 authority.pem
rm -r "$work"
