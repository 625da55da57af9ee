"""A real gst-rtsp-server for tests, told by one JSON object on the first line of stdin.

Prints `{"port": N}` once it listens. Ends when stdin closes, so that it never outlives its test.
"""
import json
import sys
import threading

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtsp', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

LOWER = GstRtsp.RTSPLowerTrans
PROTOCOLS = {
    'tcp': LOWER.TCP,
    'udp': LOWER.UDP,
    'multicast': LOWER.UDP_MCAST,
}


def video_chain(mount, number):
    codec = mount.get('video')
    if codec is None:
        return ''
    gop = mount.get('gop', mount['fps'])
    source = (
        f"videotestsrc is-live=true pattern={mount.get('pattern', 'ball')} ! "
        f"video/x-raw,format=I420,width={mount['width']},height={mount['height']},"
        f"framerate={mount['fps']}/1"
    )
    rate = mount.get('kbps', 200)
    chains = {
        'h264': f'x264enc tune=zerolatency speed-preset=ultrafast threads=1 key-int-max={gop} '
        f'bitrate={rate} ! video/x-h264,profile=baseline ! rtph264pay pt=96 config-interval=-1',
        # Parameter sets in the session description only.
        'h264-sprop': f'x264enc tune=zerolatency speed-preset=ultrafast threads=1 key-int-max={gop} '
        f'bitrate={rate} ! video/x-h264,stream-format=avc,alignment=au,profile=baseline ! '
        f'rtph264pay pt=96 config-interval=0',
        'h265': f'x265enc tune=zerolatency speed-preset=ultrafast key-int-max={gop} bitrate={rate} '
        f'option-string=pools=none:frame-threads=1 ! rtph265pay pt=96 config-interval=-1',
        'mjpeg': 'jpegenc quality=60 ! rtpjpegpay pt=26',
        # A codec that this program does not show.
        'vp8': f'vp8enc deadline=1 keyframe-max-dist={gop} ! rtpvp8pay pt=96',
    }
    return f'{source} ! {chains[codec]} name=pay{number} '


def audio_chain(mount, number):
    codec = mount.get('audio')
    if codec is None:
        return ''
    source = 'audiotestsrc is-live=true wave=sine freq=440 samplesperbuffer=1024 ! audioconvert'
    chains = {
        'aac': 'audio/x-raw,rate=48000,channels=1 ! avenc_aac ! rtpmp4gpay pt=97',
        'pcmu': 'audioresample ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay pt=0',
        'pcma': 'audioresample ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay pt=8',
    }
    return f'{source} ! {chains[codec]} name=pay{number} '


def token_for(role):
    token = GstRtspServer.RTSPToken.new()
    token.set_string('media.factory.role', role)
    return token


def make_auth(config):
    auth = GstRtspServer.RTSPAuth.new()
    login = config.get('login')
    if login:
        methods = {
            'basic': GstRtsp.RTSPAuthMethod.BASIC,
            'digest': GstRtsp.RTSPAuthMethod.DIGEST,
        }
        auth.set_supported_methods(methods[login['method']])
        user, password = login['user'], login['password']
        if login['method'] == 'basic':
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token_for('user'))
        else:
            auth.add_digest(user, password, token_for('user'))
            auth.set_realm(login.get('realm', 'camera'))
    else:
        auth.set_default_token(token_for('user'))
    if config.get('certificate'):
        auth.set_tls_certificate(
            Gio.TlsCertificate.new_from_files(config['certificate'], config['key'])
        )
    return auth


def make_factory(mount, with_auth):
    mount.setdefault('width', 160)
    mount.setdefault('height', 120)
    mount.setdefault('fps', 10)
    factory = GstRtspServer.RTSPMediaFactory.new()
    parts, number = [], 0
    if mount.get('video'):
        parts.append(video_chain(mount, number))
        number += 1
    if mount.get('audio'):
        parts.append(audio_chain(mount, number))
    factory.set_launch('( ' + ' '.join(parts) + ' )')
    factory.set_shared(True)
    wanted = mount.get('protocols', ['tcp', 'udp'])
    flags = PROTOCOLS[wanted[0]]
    for name in wanted[1:]:
        flags |= PROTOCOLS[name]
    factory.set_protocols(flags)
    if 'multicast' in wanted:
        pool = GstRtspServer.RTSPAddressPool.new()
        base = mount['multicastPort']
        pool.add_range(mount['group'], mount['group'], base, base + 9, 1)
        factory.set_address_pool(pool)
        factory.set_multicast_iface(mount['interface'])
    if with_auth:
        role = Gst.Structure.new_empty('user')
        role.set_value('media.factory.access', True)
        role.set_value('media.factory.construct', True)
        factory.add_role_from_structure(role)
    return factory


def main():
    config = json.loads(sys.stdin.readline())
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address(config['address'])
    server.set_service(str(config.get('port', 0)))
    with_auth = bool(config.get('login') or config.get('certificate'))
    if with_auth:
        server.set_auth(make_auth(config))
    mounts = server.get_mount_points()
    for mount in config['mounts']:
        mounts.add_factory(mount['path'], make_factory(mount, with_auth))
    loop = GLib.MainLoop()
    if server.attach(None) == 0:
        sys.exit('cannot listen')

    def watch_stdin():
        while sys.stdin.readline():
            pass
        GLib.idle_add(loop.quit)

    threading.Thread(target=watch_stdin, daemon=True).start()
    GLib.timeout_add_seconds(2, lambda: server.get_session_pool().cleanup() >= 0)
    print(json.dumps({'port': server.get_bound_port()}), flush=True)
    loop.run()


main()
