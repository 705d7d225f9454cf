#!/bin/sh
# An authority of your own and a certificate for MISP, in ssl/: MISP takes cert.pem and key.pem,
# the credential in n8n takes ca.pem. Run once, before the first start.
set -eu
cd "$(dirname "$0")"
mkdir -p ssl authority
umask 077

openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj '/CN=Authority of misp-n8n' \
	-addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign' \
	-keyout authority/ca.key -out authority/ca.pem

cat > authority/names <<'NAMES'
subjectAltName=DNS:misp-core,DNS:localhost
extendedKeyUsage=serverAuth
NAMES
openssl req -newkey rsa:3072 -nodes -subj '/CN=misp-core' -keyout ssl/key.pem -out authority/request
openssl x509 -req -in authority/request -days 397 -extfile authority/names \
	-CA authority/ca.pem -CAkey authority/ca.key -CAcreateserial -out ssl/cert.pem
rm authority/request authority/names

echo 'Paste this into "CA Certificate" of the credential in n8n:'
cat authority/ca.pem
