#!/bin/sh
# Puts RunClinic into the menu of this user. Nothing outside the home folder is touched.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
share=${XDG_DATA_HOME:-$HOME/.local/share}
mkdir -p "$share/applications" "$share/icons/hicolor/scalable/apps" "$share/metainfo"
sed "s|^Exec=.*|Exec=\"$here/runclinic\"|" "$here/share/org.runclinic.RunClinic.desktop" \
  > "$share/applications/org.runclinic.RunClinic.desktop"
cp "$here/share/org.runclinic.RunClinic.svg" "$share/icons/hicolor/scalable/apps/"
cp "$here/share/org.runclinic.RunClinic.metainfo.xml" "$share/metainfo/"
echo "RunClinic is in the menu. Take it out again by deleting $share/applications/org.runclinic.RunClinic.desktop"
