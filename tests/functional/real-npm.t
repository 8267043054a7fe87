#!/usr/bin/env bash
# npm works under the policies `default' and `build': it runs scripts, packs a package, and installs it without
# a network.
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit
t_need node npm

mkdir thing
echo '{ "name": "thing", "version": "1.0.0", "main": "index.js" }' > thing/package.json
echo 'module.exports = 42' > thing/index.js
cat > package.json << 'END'
{ "name": "app", "version": "1.0.0", "scripts": { "pretest": "echo before", "test": "node test.js && echo after" } }
END
echo 'console.log(require("thing"))' > test.js
cat > script.sh << 'END'
set -eu
folder=$(mktemp -d)
cp -R thing package.json test.js "$folder"
cd "$folder"
npm pack --silent ./thing
npm install --silent --offline --no-audit --no-fund ./thing-1.0.0.tgz
npm run --silent test
npm ls --silent --parseable | wc -l
echo done
END
real_options+=(-e npm_config_update_notifier=false)
export HOME=$T/home npm_config_update_notifier=false
mkdir "$HOME"
t_real_same "npm packs, installs, runs" bash script.sh
t_done
