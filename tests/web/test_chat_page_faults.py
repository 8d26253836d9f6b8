"""What a resident keeps when the network, the server or the phone fails: nothing lost, nothing doubled."""

import asyncio
import json

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from tests.chat_page_stub import Json, demo, keys
from tests.web.conftest import Phone, PhoneMaker, open_page, photo

pytestmark = pytest.mark.asyncio(loop_scope='module')

NO_SHELF = 'Object.defineProperty(window, "indexedDB", {value: undefined})'
NO_KEEPING = 'for (const box of ["localStorage", "sessionStorage"]) Object.defineProperty(window, box, {value: null})'


@pytest_asyncio.fixture(loop_scope='module')
async def poor(make_phone: PhoneMaker) -> Phone:
    """An open chat whose console may complain, because its network will."""
    made = await make_phone()
    await made.open()
    return made


async def drop_answer(route: Route) -> None:
    """The server hears the update; the answer is lost on the way."""
    await route.fetch()
    await route.abort()


async def test_an_answer_lost_after_the_server_heard_doubles_nothing(poor: Phone) -> None:
    await poor.page.route('**/chat/updates', drop_answer, times=1)
    async with poor.page.expect_response('**/chat/updates'):
        await poor.say('一次就好')
    await poor.shows('一次就好', '听到了：一次就好')
    assert poor.house.posts == 2
    assert poor.house.texts() == ['一次就好']
    await expect(poor.page.locator('.state')).to_have_count(0)


@pytest.mark.parametrize('fault', ['drop', '500', 'conflict'])
async def test_the_server_fails_once_and_every_text_arrives_once_in_order(poor: Phone, fault: str) -> None:
    poor.house.fail_next = [fault, '', fault]
    for text in ('一', '二', '三'):
        await poor.say(text)
    await poor.shows('一', '听到了：一', '二', '听到了：二', '三', '听到了：三')
    assert [update['seq'] for update in poor.house.updates] == [1, 2, 3]


async def test_when_too_much_is_sent_the_page_says_so_once_and_repeats_the_same_number(poor: Phone) -> None:
    poor.house.fail_next = ['flood']
    for text in ('一', '二'):
        await poor.say(text)
    await expect(poor.page.get_by_text('您发得太快了')).to_have_count(1)
    await expect(poor.page.locator('#waiting .state').first).to_contain_text('您发得太快了，请等 1 秒。')
    await poor.shows('一', '听到了：一', '二', '听到了：二')
    assert [update['seq'] for update in poor.house.updates] == [1, 2]
    await expect(poor.page.locator('.state')).to_have_count(0)


async def test_a_tap_that_came_too_fast_says_why(poor: Phone) -> None:
    poor.house.put('sendMessage', text='好吗？', reply_markup=keys(['好']))
    poor.house.fail_next = ['flood']
    async with poor.page.expect_response(lambda answer: answer.url.endswith('/chat/updates') and answer.ok):
        await poor.tap('好')
        await expect(poor.page.locator('#toast')).to_have_text('您发得太快了，请等 1 秒。')
    assert poor.house.taps() == ['1:好']


async def test_a_refused_text_says_why_and_can_be_sent_again_or_deleted(poor: Phone) -> None:
    poor.house.fail_next = ['refuse', 'refuse']
    await poor.say('很长的话')
    await poor.say('也很长')
    await expect(poor.page.locator('#waiting .state').first).to_contain_text('这句话太长了')
    await expect(poor.page.locator('#waiting .state').last).to_contain_text('这句话太长了')
    await poor.page.get_by_role('button', name='删除').last.click()
    await poor.tap('再发一次')
    await poor.shows('很长的话', '听到了：很长的话')
    await expect(poor.page.locator('#waiting .turn')).to_have_count(0)


async def test_a_refused_text_is_still_there_after_a_reload(poor: Phone) -> None:
    poor.house.fail_next = ['refuse']
    await poor.say('很长的话')
    await expect(poor.page.locator('#waiting .state')).to_contain_text('这句话太长了')
    await poor.page.reload()
    await expect(poor.page.locator('#waiting .state')).to_contain_text('这句话太长了')
    await poor.tap('再发一次')
    await poor.shows('很长的话', '听到了：很长的话')


async def test_a_cut_connection_loses_and_doubles_nothing(poor: Phone) -> None:
    await poor.say('一')
    await poor.shows('一', '听到了：一')
    await poor.house.cut_sockets()
    poor.house.put('sendMessage', text='断线时说的')
    await poor.say('二')
    await poor.shows('一', '听到了：一', '断线时说的', '二', '听到了：二')


async def test_where_no_socket_can_be_had_the_page_asks(make_phone: PhoneMaker) -> None:
    phone = await make_phone()
    phone.house.sockets_refused = True
    await phone.open()
    await phone.say('没有长连接')
    await phone.shows('没有长连接', '听到了：没有长连接')
    phone.house.put('sendMessage', text='办结了')
    await phone.shows('没有长连接', '听到了：没有长连接', '办结了')
    await expect(phone.page.locator('#banner')).to_be_hidden()


async def test_a_browser_that_forbids_sockets_asks_too(make_phone: PhoneMaker) -> None:
    phone = await make_phone(before='window.WebSocket = function () { throw new Error("forbidden"); }')
    await phone.open()
    await phone.say('可以')
    await phone.shows('可以', '听到了：可以')
    assert phone.complaints == []


async def test_offline_words_wait_with_a_banner_and_go_when_the_network_is_back(poor: Phone) -> None:
    await poor.context.set_offline(True)
    await poor.say('离线写的')
    await expect(poor.page.locator('#banner')).to_contain_text('网络断了')
    await expect(poor.page.get_by_role('button', name='还没有发出，点这里再试一次')).to_be_visible()
    await poor.context.set_offline(False)
    await poor.shows('离线写的', '听到了：离线写的')
    await expect(poor.page.locator('#banner')).to_be_hidden()


async def test_a_reload_keeps_what_was_not_sent(poor: Phone) -> None:
    await poor.page.route('**/chat/updates', lambda route: route.abort())
    await poor.say('没发出去的')
    await expect(poor.page.locator('#waiting .text')).to_have_text('没发出去的')
    await poor.page.fill('#text', '还在写')
    await poor.page.reload()
    await expect(poor.page.locator('#waiting .text')).to_have_text('没发出去的')
    await expect(poor.page.locator('#text')).to_have_value('还在写')
    await poor.page.unroute('**/chat/updates')
    await poor.shows('没发出去的', '听到了：没发出去的')


async def test_a_reload_between_hearing_and_answer_doubles_nothing(poor: Phone) -> None:
    await poor.page.route('**/chat/updates', drop_answer, times=1)
    await poor.say('一次就好')
    await poor.shows('一次就好', '听到了：一次就好')
    async with poor.page.expect_response('**/chat/updates'):
        await poor.page.reload()
    await poor.shows('一次就好', '听到了：一次就好')
    assert poor.house.texts() == ['一次就好']
    await expect(poor.page.locator('#waiting .turn')).to_have_count(0)


async def test_a_reload_keeps_photos_on_their_way_and_those_not_sent_yet(poor: Phone) -> None:
    poor.house.uploads_may_end.clear()
    await poor.choose(photo('red'), photo('green'))
    await poor.say('两张')
    await poor.choose(photo('blue'))
    await expect(poor.page.locator('#tray .cell')).to_have_count(1)
    await poor.page.reload()
    await expect(poor.page.locator('#waiting .photo')).to_have_count(2)
    await expect(poor.page.locator('#tray .cell')).to_have_count(1)
    poor.house.uploads_may_end.set()
    await expect(poor.page.locator('#log .photo[data-state=heard]')).to_have_count(2)
    messages = [update['message'] for update in poor.house.updates]
    assert [message.get('caption') for message in messages] == ['两张', None]
    assert len({message['media_group_id'] for message in messages}) == 1


async def test_a_browser_that_keeps_no_photos_asks_to_choose_them_again(make_phone: PhoneMaker) -> None:
    phone = await make_phone(before=NO_SHELF)
    await phone.open()
    await phone.choose(photo(), photo())
    await expect(phone.page.locator('#tray .cell')).to_have_count(2)
    await phone.page.reload()
    await expect(phone.page.get_by_role('dialog')).to_contain_text('有 2 张照片还没有发出')
    await phone.tap('知道了')
    await phone.page.reload()
    await expect(phone.page.get_by_role('dialog')).to_have_count(0)


async def test_a_browser_that_keeps_nothing_still_talks(make_phone: PhoneMaker) -> None:
    phone = await make_phone(before=NO_KEEPING)
    await phone.open()
    await phone.say('你好')
    await phone.shows('你好', '听到了：你好')
    assert phone.complaints == []


async def test_an_upload_that_breaks_off_is_tried_again(poor: Phone) -> None:
    await poor.page.route('**/chat/photos', lambda route: route.abort(), times=1)
    await poor.choose(photo('red'), photo('green'))
    await poor.say('两张')
    await expect(poor.page.locator('#log .photo[data-state=heard]')).to_have_count(2)
    assert [update['message'].get('caption') for update in poor.house.updates] == ['两张', None]


async def test_a_refused_photo_says_why_and_the_rest_of_the_album_goes(poor: Phone) -> None:
    poor.house.uploads_may_end.clear()
    poor.house.refuse_photos = 1
    await poor.choose(photo('red'), photo('green'))
    await poor.say('两张')
    poor.house.uploads_may_end.set()
    await expect(poor.page.locator('#toast')).to_have_text('这个文件不是照片，请重新选一张。')
    await expect(poor.page.locator('#log .turn')).to_have_count(1)
    assert [update['message'].get('caption') for update in poor.house.updates] == ['两张']


async def test_when_every_photo_is_refused_the_words_are_sent_alone(poor: Phone) -> None:
    poor.house.uploads_may_end.clear()
    poor.house.refuse_photos = 1
    await poor.choose(photo())
    await poor.say('只有话')
    poor.house.uploads_may_end.set()
    await expect(poor.page.locator('#waiting .state').first).to_contain_text('这个文件不是照片')
    await poor.shows('只有话', '听到了：只有话')
    await poor.tap('删除')
    await expect(poor.page.locator('#waiting .turn')).to_have_count(0)


async def test_a_tap_survives_a_reload_and_is_heard_once(poor: Phone) -> None:
    poor.house.put('sendMessage', text='选一个', reply_markup=keys(['黑烟']))
    await poor.page.route('**/chat/updates', lambda route: route.abort())
    await poor.tap('黑烟')
    await poor.page.reload()
    await expect(poor.page.get_by_role('button', name='黑烟')).to_have_attribute('aria-busy', 'true')
    await poor.page.unroute('**/chat/updates')
    await expect(poor.page.get_by_role('button', name='黑烟')).not_to_have_attribute('aria-busy', 'true')
    assert poor.house.taps() == ['1:黑烟']


async def test_what_a_closed_tab_left_is_sent_by_the_next_one(poor: Phone) -> None:
    item: Json = {'id': 'x', 'body': {'message': {'text': '旧的'}}}
    left = {'last': 3, 'touched': 0, 'photos': [], 'items': [item]}
    poor.house.last['closed01'] = 3
    await poor.page.evaluate('left => localStorage.setItem("lvbi.queue.closed01", left)', json.dumps(left))
    other = await open_page(poor.context, poor.house, poor.address)
    await other.open()
    await other.shows('旧的', '听到了：旧的')
    assert (poor.house.updates[0]['tab'], poor.house.updates[0]['seq']) == ('closed01', 4)


async def test_a_socket_that_died_without_a_word_is_noticed_after_a_message(poor: Phone) -> None:
    await expect(poor.page.locator('#link-state')).to_have_text('市民环境服务')
    poor.house.sockets = {connection: asyncio.Queue() for connection in poor.house.sockets}  # Nobody reads these.
    await poor.say('还在吗')
    await poor.shows('还在吗', '听到了：还在吗')


async def test_a_lost_session_offers_the_way_back(make_phone: PhoneMaker) -> None:
    phone = await make_phone(demo)
    phone.house.hello = {'method': 'signed_out', 'params': {}}
    await phone.page.goto(f'{phone.address}/chat')
    await expect(phone.page.get_by_role('dialog')).to_contain_text('这个页面和原来的对话断开了')
    await phone.tap('用取回码回到原来的对话')
    await expect(phone.page.locator('#code')).to_be_focused()


NO_ROOM = """const put = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
  if (this === window.localStorage && window.full) throw new DOMException('full', 'QuotaExceededError');
  return put.call(this, key, value);
};"""


@pytest.mark.parametrize('full', [NO_ROOM + 'window.full = true;', NO_ROOM])
async def test_when_there_is_no_room_to_count_on_words_after_a_reload_are_heard(
    make_phone: PhoneMaker, full: str
) -> None:
    phone = await make_phone(before=full)
    await phone.open()
    await phone.say('一')
    await phone.shows('一', '听到了：一')
    await phone.page.evaluate('window.full = true')
    await phone.say('二')
    await phone.shows('一', '听到了：一', '二', '听到了：二')
    await phone.page.reload()
    await phone.say('三')
    await phone.shows('一', '听到了：一', '二', '听到了：二', '三', '听到了：三')
    assert phone.house.texts() == ['一', '二', '三']


@pytest.mark.parametrize('reloaded', [True, False])
async def test_when_the_storage_was_emptied_words_are_heard_all_the_same(poor: Phone, reloaded: bool) -> None:
    await poor.say('一')
    await poor.shows('一', '听到了：一')
    await poor.page.evaluate('localStorage.clear()')
    if reloaded:
        await poor.page.reload()
    await poor.say('二')
    await poor.shows('一', '听到了：一', '二', '听到了：二')
    assert poor.house.texts() == ['一', '二']
