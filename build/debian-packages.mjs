/** Debian and Ubuntu packages, by what needs them. Nothing else is fetched outside the npm registry. */
export const startPackages = [
  ['chromium', 'the kiosk shell shows the wall in it'],
  ['ffmpeg', 'decodes H.265 and MPEG-4 where the browser cannot'],
  ['x11-xserver-utils', 'xrandr tells the kiosk shell where the monitors are'],
  ['ca-certificates', 'trust for rtsps:// cameras'],
];

export const testPackages = [
  ...startPackages,
  ['xvfb', 'a display for headed runs'],
  ['python3-gi', 'drives the GStreamer RTSP server'],
  ['gir1.2-gst-rtsp-server-1.0', 'an RTSP server we did not write'],
  ['gir1.2-gstreamer-1.0', 'its bindings'],
  ['gstreamer1.0-plugins-base', 'its test pictures and sounds'],
  ['gstreamer1.0-plugins-good', 'its RTP payloaders and jpegenc'],
  ['gstreamer1.0-plugins-bad', 'its H.265 parser'],
  ['gstreamer1.0-plugins-ugly', 'its x264 encoder'],
  ['gstreamer1.0-libav', 'its AAC encoder'],
  ['gstreamer1.0-tools', 'gst-launch, a client we did not write'],
  ['vlc-bin', 'an RTSP server that speaks UDP only'],
  ['vlc-plugin-base', 'its streaming output'],
  ['iproute2', 'network namespaces'],
  ['nftables', 'packet loss between namespaces'],
  ['gnome-keyring', 'a real Secret Service'],
  ['dbus', 'the bus it lives on'],
  ['openssl', 'certificates for rtsps:// tests'],
  ['p7zip-full', 'opens packages with a password, a program we did not write'],
  ['poppler-utils', 'draws the printed record, so that its QR code can be read'],
  ['procps', 'process figures'],
  ['unzip', 'reads packages, a program we did not write'],
];
