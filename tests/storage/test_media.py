"""The same promises for a folder and for an S3: what is put is there, what is deleted is gone, trouble is said."""

import contextlib
import os
import resource
import stat
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from moto.server import ThreadedMotoServer

from storage.media import KINDS, MediaMissing, MediaStore, MediaUnreachable, is_key, new_key
from tests.storage.answering import answering_server

SECRET = 'wJalrXUtnFEMI-secret'


@pytest.fixture(scope='module')
def s3_url():
    """An S3 on this machine, on a free port."""
    server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
    server.start()
    yield 'http://{}:{}'.format(*server.get_host_and_port())
    server.stop()


def options(endpoint: str, **changes: object) -> dict:
    plain = {'access_key_id': 'AKIDHERE', 'secret_access_key': SECRET, 'region': 'cn-east-1', 'allow_http': True}
    return {'endpoint': endpoint, **plain, **changes}


def make_bucket(s3_url: str, name: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f'{s3_url}/{name}', method='PUT')).close()


@pytest.fixture
def folder(tmp_path) -> MediaStore:
    return MediaStore.open(str(tmp_path / 'var' / 'media'))


@pytest.fixture
def bucket(s3_url) -> MediaStore:
    name = new_key('file')[-12:]
    make_bucket(s3_url, name)
    return MediaStore.open(f's3://{name}/lvbi/media', options(s3_url))


@pytest.fixture(params=['folder', 'bucket'])
def media(request) -> MediaStore:
    return request.getfixturevalue(request.param)


async def kept(media: MediaStore, prefix: str = '') -> set[str]:
    return {key async for key in media.keys(prefix)}


# ---- what every store promises


@pytest.mark.parametrize('data', [b'', b'x', os.urandom(6_000_000)], ids=['empty', 'one byte', '6 MB'])
async def test_what_is_put_is_there_byte_for_byte(media, data):
    key = new_key('clean')
    await media.put(key, data)
    assert await media.get(key) == data
    assert b''.join([piece async for piece in await media.stream(key)]) == data


async def test_a_large_file_is_streamed_in_pieces(media):
    key = new_key('file')
    await media.put(key, bytes(3_000_000))
    sizes = [len(piece) async for piece in await media.stream(key)]
    assert len(sizes) > 3
    assert sum(sizes) == 3_000_000


async def test_what_was_never_put_is_missing(media):
    key = new_key('clean')
    for reading in (media.get, media.stream):
        with pytest.raises(MediaMissing) as caught:
            await reading(key)
        assert caught.value.key == key


async def test_what_is_deleted_is_gone_and_may_be_deleted_again(media):
    key, other = new_key('original'), new_key('original')
    await media.put(key, b'photo')
    await media.put(other, b'other')
    for _ in range(2):
        await media.delete(key)
        with pytest.raises(MediaMissing):
            await media.get(key)
    assert await kept(media) == {other}


async def test_all_that_is_kept_can_be_listed_whole_and_by_kind(media):
    keys = {new_key(kind) for kind in KINDS for _ in range(3)}
    for key in keys:
        await media.put(key, b'x')
    one = min(keys)
    assert await kept(media) == keys
    assert await kept(media, 'clean') == {key for key in keys if key.startswith('clean/')}
    assert one in await kept(media, one[:-33])


async def test_more_than_a_page_of_files_is_listed(bucket, folder):
    keys = {new_key('small') for _ in range(1100)}
    for store in (folder, bucket):
        for key in keys:
            await store.put(key, b'')
        assert await kept(store) == keys


async def test_a_file_put_again_is_replaced(media):
    key = new_key('file')
    await media.put(key, b'a longer text')
    await media.put(key, b'short')
    assert await media.get(key) == b'short'


async def test_a_sound_store_passes_its_check_and_keeps_nothing_of_it(media):
    await media.check()
    assert await kept(media) == set()


MADE_UP = [
    '',
    'clean',
    'clean/../original/2f',
    '../../etc/passwd',
    '/etc/passwd',
    'clean/2f/../../x',
    f'clean/00/{"f" * 32}',
    f'clean/ff/{"f" * 31}',
    f'clean/ff/{"F" * 32}',
    f'secret/ff/{"f" * 32}',
    f'clean/ff/{"f" * 32}\n',
    f'clean/ff/{"f" * 32}#1',
    f'clean/ff/{"f" * 30}%2e',
    f'clean/ff/{"f" * 31}\uff46',
]


@pytest.mark.parametrize('key', MADE_UP)
async def test_a_made_up_key_touches_nothing(media, key):
    assert not is_key(key)
    for verb in (media.get, media.stream, media.delete):
        with pytest.raises(ValueError, match='not a key'):
            await verb(key)
    with pytest.raises(ValueError, match='not a key'):
        await media.put(key, b'x')
    assert await kept(media) == set()


@pytest.mark.parametrize('prefix', ['..', '/', 'clean/', 'clean/2', 'clean/2f/0', 'etc'])
async def test_a_made_up_prefix_lists_nothing(media, prefix):
    with pytest.raises(ValueError, match='not a prefix'):
        await kept(media, prefix)


def test_keys_are_random_and_of_one_shape():
    keys = [new_key(kind) for kind in KINDS for _ in range(500)]
    assert len(set(keys)) == len(keys)
    assert all(is_key(key) for key in keys)
    with pytest.raises(ValueError, match='unknown kind'):
        new_key('../original')


# ---- a folder


async def test_kept_files_are_for_their_owner_only(folder, tmp_path):
    await folder.put(new_key('original'), b'photo')
    root = tmp_path / 'var' / 'media'
    rights = {stat.S_IMODE(path.stat().st_mode) for path in [root, *root.rglob('*')]}
    assert rights == {0o700, 0o600}


async def test_a_folder_is_found_by_every_spelling_of_its_place(folder, tmp_path, monkeypatch):
    key = new_key('clean')
    await folder.put(key, b'photo')
    monkeypatch.chdir(tmp_path)
    for url in ('var/media', './var/media', f'file://{tmp_path}/var/media', f'{tmp_path}/var/media/'):
        assert await MediaStore.open(url).get(key) == b'photo'


async def test_strange_files_in_the_folder_are_neither_listed_nor_lost(folder, tmp_path):
    strange = tmp_path / 'var' / 'media' / 'lost+found'
    strange.write_text('mine')
    assert await kept(folder) == set()
    assert strange.read_text() == 'mine'


async def test_what_a_crash_left_half_written_is_swept_once_it_is_old(folder, tmp_path):
    key = new_key('original')
    await folder.put(key, b'photo')
    half = tmp_path / 'var' / 'media' / f'{key}#1'
    half.write_bytes(b'pho')
    now = datetime.now(UTC)
    assert await folder.sweep(now=now) == 0
    assert await folder.sweep(now=now + timedelta(hours=2)) == 1
    assert not half.exists()
    assert await kept(folder) == {key}


async def test_a_bucket_has_nothing_to_sweep(bucket):
    assert await bucket.sweep(now=datetime.now(UTC)) == 0


@contextlib.contextmanager
def full_at(count: int):
    """No file may grow beyond `count` bytes: what a full disk is like, without filling one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_file_that_does_not_fit_is_refused_and_leaves_nothing_behind(folder, tmp_path):
    with full_at(10_000), pytest.raises(MediaUnreachable) as caught:
        await folder.put(new_key('original'), bytes(5_000_000))
    assert 'cannot be written: File too large.' in str(caught.value)
    assert not [path for path in tmp_path.rglob('*') if path.is_file()]


@contextlib.contextmanager
def without_rights_to(path):
    """Somebody who may not enter `path`, also when the tests run as root."""
    path.chmod(0o000)
    nobody = os.geteuid() == 0
    try:
        if nobody:
            os.seteuid(65534)
        yield
    finally:
        if nobody:
            os.seteuid(0)
        path.chmod(0o700)


async def every_verb_says(media: MediaStore, sentence: str) -> None:
    key = new_key('clean')
    verbs = (lambda: media.put(key, b'x'), lambda: media.get(key), lambda: media.delete(key))
    for verb in (*verbs, lambda: media.stream(key), lambda: kept(media), media.check):
        with pytest.raises(MediaUnreachable, match=sentence) as caught:
            await verb()
        assert str(caught.value).count('\n') == 0
        assert SECRET not in str(caught.value)


async def test_a_folder_without_rights_is_said(folder, tmp_path):
    with without_rights_to(tmp_path / 'var' / 'media'):
        with pytest.raises(MediaUnreachable, match='Permission denied'):
            await folder.put(new_key('clean'), b'x')
        with pytest.raises(MediaUnreachable, match='Permission denied'):
            await folder.check()


async def test_a_folder_that_is_gone_is_said_and_not_made_anew(folder, tmp_path):
    root = tmp_path / 'var' / 'media'
    root.rmdir()
    await every_verb_says(folder, f'The media store {root} cannot be [a-z]+: No such file or directory.$')
    with pytest.raises(MediaUnreachable):
        await folder.sweep(now=datetime.now(UTC))
    assert not root.exists()


async def test_a_file_in_the_way_is_said(folder, tmp_path):
    (tmp_path / 'var' / 'media' / 'clean').write_text('in the way')
    with pytest.raises(MediaUnreachable, match=r'cannot be written: (Not a directory|File exists)'):
        await folder.put(new_key('clean'), b'x')


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / 'media').write_text('in the way')
    for url in (f'{tmp_path}/media', f'{tmp_path}/media/below'):
        with pytest.raises(MediaUnreachable, match='cannot be opened'):
            MediaStore.open(url)


@pytest.mark.parametrize(
    'url', ['', 'ftp://here/media', 'http://here', 's3://', 's3:///x', 's3://b/../c', 'file://x/y']
)
def test_an_address_that_names_no_store_is_refused(url):
    with pytest.raises(ValueError, match='media store'):
        MediaStore.open(url, options('http://127.0.0.1:1'))


# ---- an S3


@pytest.mark.parametrize('missing', ['access_key_id', 'secret_access_key', 'region'])
def test_what_an_s3_needs_is_named(missing):
    with pytest.raises(ValueError, match=missing):
        MediaStore.open('s3://photos', options('http://127.0.0.1:1', **{missing: None}))


def test_an_unknown_option_is_named_and_its_value_is_not():
    with pytest.raises(ValueError, match='secret_key') as caught:
        MediaStore.open('s3://photos', options('http://127.0.0.1:1', secret_key=SECRET))
    assert SECRET not in str(caught.value)


async def test_two_prefixes_of_one_bucket_do_not_see_each_other(bucket, s3_url):
    await bucket.put(new_key('clean'), b'x')
    assert await kept(MediaStore.open(bucket.name.replace('/lvbi/', '/other/'), options(s3_url))) == set()
    assert await kept(MediaStore.open(bucket.name + '/', options(s3_url))) == await kept(bucket)


async def test_a_bucket_that_does_not_exist_is_said(s3_url):
    media = MediaStore.open('s3://nobody-made-me', options(s3_url))
    await every_verb_says(media, 'The media store s3://nobody-made-me cannot be [a-z]+: the bucket does not exist')


async def test_an_s3_that_is_not_there_is_said_soon():
    media = MediaStore.open('s3://photos', options('http://127.0.0.1:1'))
    with pytest.raises(MediaUnreachable, match='no connection'):
        await media.get(new_key('clean'))


@pytest.fixture
def answering():
    with answering_server() as server:
        yield server


REFUSALS = {
    (403, 'AccessDenied'): 'access is denied',
    (403, 'SignatureDoesNotMatch'): 'the secret of the access key is wrong',
    (403, 'InvalidAccessKeyId'): 'the access key is not known there',
    (400, 'Strange'): 'it answered with an error',
}


@pytest.mark.parametrize('refusal', REFUSALS, ids=str)
async def test_a_refusing_s3_is_said_without_what_it_answered(answering, refusal):
    status, code = refusal
    answering.says = status, f'<Error><Code>{code}</Code><StringToSign>{SECRET}</StringToSign></Error>'.encode()
    media = MediaStore.open('s3://photos', options(f'http://127.0.0.1:{answering.server_port}'))
    await every_verb_says(media, f's3://photos cannot be [a-z]+: {REFUSALS[refusal]}.$')


@pytest.mark.parametrize('reading', [(404, b'<Code>NoSuchKey</Code>'), (200, b'something else')], ids=str)
async def test_an_s3_that_forgets_what_it_was_given_fails_its_check(answering, reading):
    answering.instead = {'GET': reading}
    media = MediaStore.open('s3://photos', options(f'http://127.0.0.1:{answering.server_port}'))
    with pytest.raises(MediaUnreachable, match='s3://photos does not give back what was written to it'):
        await media.check()


async def test_nothing_is_taken_from_the_environment(answering, monkeypatch):
    for name in ('AWS_ENDPOINT', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'):
        monkeypatch.setenv(name, 'http://127.0.0.1:1')
    for name in (
        'AWS_ACCESS_KEY_ID',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'AWS_REGION',
        'AWS_DEFAULT_REGION',
    ):
        monkeypatch.setenv(name, 'ENVIRONMENT')
    monkeypatch.setenv('AWS_SKIP_SIGNATURE', 'true')
    media = MediaStore.open('s3://photos', options(f'http://127.0.0.1:{answering.server_port}'))
    await media.put(new_key('clean'), b'x')
    headers = {name.lower(): value for name, value in answering.heard[0].items()}
    assert 'AKIDHERE' in headers['authorization']
    assert 'cn-east-1' in headers['authorization']
    assert 'ENVIRONMENT' not in str(headers)
    assert 'x-amz-security-token' not in headers


async def test_a_session_token_and_a_bucket_before_the_host_are_used_when_given(answering):
    how = options(f'http://localhost:{answering.server_port}', session_token='TOKEN', virtual_host=True)
    media = MediaStore.open('s3://photos', how)
    with contextlib.suppress(MediaUnreachable):  # photos.localhost may not be found everywhere
        await media.put(new_key('clean'), b'x')
    for heard in answering.heard:
        assert heard['x-amz-security-token'] == 'TOKEN'
        assert heard['Host'].startswith('photos.localhost')
