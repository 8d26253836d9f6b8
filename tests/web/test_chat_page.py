"""What a resident does on the chat page when all goes well."""

import re

import pytest
from playwright.async_api import expect

from tests.chat_page_stub import House, Json, keys, say
from tests.web.conftest import HERE, WECHAT, Phone, PhoneMaker, open_page, photo, picked

pytestmark = pytest.mark.asyncio(loop_scope='module')

NO_POSITION = 'Object.defineProperty(Navigator.prototype, "geolocation", {value: undefined});'
ASK = say('这是哪一类问题？', keys(['黑烟', '异味'], ['别的']))


def put(house: House, call: Json) -> int:
    return house.put(call['method'], **{name: value for name, value in call.items() if name != 'method'})


@pytest.mark.parametrize('locale', ['zh-CN', 'en-US'])
async def test_a_text_is_sent_and_answered(make_phone: PhoneMaker, locale: str) -> None:
    phone = await make_phone(locale=locale)
    await phone.open()
    await phone.say('河水发黑')
    await phone.shows('河水发黑', '听到了：河水发黑')
    update = phone.house.updates[0]
    assert (update['seq'], update['language_code'], len(update['tab'])) == (1, locale, 8)
    assert phone.complaints == []


async def test_the_first_screen_says_what_this_is_and_offers_to_begin(phone: Phone) -> None:
    await expect(phone.page.get_by_role('heading', name='您好，这里是绍兴市民环境服务')).to_be_visible()
    await phone.tap('看看能办什么')
    await phone.shows('开始', '听到了：/start')
    await expect(phone.page.locator('#welcome')).to_be_hidden()
    assert phone.house.texts() == ['/start']


async def test_a_button_is_busy_until_answered_and_two_taps_are_one(phone: Phone) -> None:
    put(phone.house, ASK)
    smoke = phone.page.get_by_role('button', name='黑烟')
    phone.house.answers_may_go.clear()
    await smoke.dblclick()
    await expect(smoke).to_have_attribute('aria-busy', 'true')
    phone.house.answers_may_go.set()
    await expect(smoke).not_to_have_attribute('aria-busy', 'true')
    assert phone.house.updates[0]['callback_query'] == {'data': '1:黑烟', 'message_id': 1}
    assert phone.house.posts == 1


async def test_the_lasting_menu_says_its_words_and_asks_for_a_place(phone: Phone) -> None:
    rows = [[{'text': '我的反映'}, {'text': '发送位置', 'request_location': True}]]
    phone.house.put('sendMessage', text='请选。', reply_markup={'keyboard': rows, 'is_persistent': True})
    await phone.tap('我的反映')
    await phone.shows('请选。', '我的反映', '听到了：我的反映')
    await phone.tap('发送位置')
    await expect(phone.page.get_by_role('dialog', name='在哪里？')).to_be_visible()
    await phone.tap('关闭')
    phone.house.put('sendMessage', text='好的。', reply_markup={'remove_keyboard': True})
    await expect(phone.page.locator('#menu')).to_be_hidden()


async def test_three_photos_go_up_with_progress_and_arrive_as_one_album(phone: Phone) -> None:
    phone.house.uploads_may_end.clear()
    await phone.choose(photo('red'), photo('green'), photo('blue'))
    await expect(phone.page.locator('#tray progress')).to_have_count(3)
    await expect(phone.page.locator('#tray progress').first).to_be_visible()
    await phone.say('烟囱冒烟')
    await expect(phone.page.locator('#waiting progress').first).to_be_visible()
    await expect(phone.page.locator('#waiting .state')).to_have_text('正在发送…')
    phone.house.uploads_may_end.set()
    await expect(phone.page.locator('#log .photo')).to_have_count(3)
    await expect(phone.page.locator('#log .state')).to_have_count(0)
    messages = [update['message'] for update in phone.house.updates]
    sent = [phone.house.photos[message['photo']['key']] for message in messages]
    assert sent == [photo('red'), photo('green'), photo('blue')]
    assert len({message['media_group_id'] for message in messages}) == 1
    assert [message.get('caption') for message in messages] == ['烟囱冒烟', None, None]
    await phone.page.reload()
    await expect(phone.bubbles).to_have_count(1)
    await expect(phone.page.locator('#log .photo img')).to_have_count(3)


async def test_one_photo_is_no_album_and_can_be_looked_at(phone: Phone) -> None:
    await phone.choose(photo())
    await phone.tap('发送')
    await expect(phone.page.locator('#log .photo')).to_have_count(1)
    await expect(phone.page.locator('#log .photo')).to_have_attribute('href', '/chat/photos/photo1')
    assert phone.house.updates[0]['message'] == {'photo': {'key': 'photo1'}}
    await phone.page.locator('#log .photo').click()
    await expect(phone.page.get_by_role('dialog').get_by_role('img')).to_be_visible()
    await phone.page.go_back()
    await expect(phone.page.get_by_role('dialog')).to_have_count(0)


async def test_a_photo_can_be_taken_out_again_and_nine_are_the_most(phone: Phone) -> None:
    await phone.choose(*[photo() for _ in range(10)])
    await expect(phone.page.locator('#tray .cell')).to_have_count(9)
    await expect(phone.page.locator('#toast')).to_contain_text('一次最多发 9 张')
    await phone.page.get_by_role('button', name='不要这张照片').first.click()
    await expect(phone.page.locator('#tray .cell')).to_have_count(8)


async def test_a_phone_with_a_camera_offers_it_beside_the_photos(make_phone: PhoneMaker) -> None:
    phone = await make_phone(before='Object.defineProperty(HTMLInputElement.prototype, "capture", {value: ""})')
    await phone.open()
    await phone.tap('发照片')
    async with phone.page.expect_file_chooser() as chosen:
        await phone.tap('拍照')
    chooser = await chosen.value
    assert await chooser.element.get_attribute('capture') == 'environment'
    assert not chooser.is_multiple()


async def test_without_a_camera_the_ordinary_chooser_opens(phone: Phone) -> None:
    async with phone.page.expect_file_chooser() as chosen:
        await phone.tap('发照片')
    assert (await chosen.value).is_multiple()


async def test_the_position_of_the_phone_is_sent_when_allowed(make_phone: PhoneMaker) -> None:
    phone = await make_phone(geolocation=HERE, permissions=['geolocation'])
    await phone.open()
    await phone.tap('发地点')
    await phone.tap('用我现在的位置')
    await expect(phone.page.locator('#log .place-card')).to_contain_text('误差约 12 米')
    assert phone.house.updates[0]['message']['location'] == {
        'latitude': 30.0012,
        'longitude': 120.5834,
        'horizontal_accuracy': 12,
    }


async def test_a_denied_position_leaves_the_other_ways_and_says_why(make_phone: PhoneMaker) -> None:
    phone = await make_phone(before='navigator.geolocation.getCurrentPosition = (found, failed) => failed({code: 1})')
    await phone.open()
    await phone.tap('发地点')
    await phone.tap('用我现在的位置')
    await expect(phone.page.get_by_text('您没有允许定位')).to_be_visible()
    await expect(phone.page.get_by_role('button', name='用我现在的位置')).to_have_count(0)
    await phone.tap('从街道和地名里选')
    await expect(phone.page.get_by_role('dialog')).to_have_count(0)
    async with phone.page.expect_response('**/chat/updates'):
        await phone.say('好')
    assert phone.house.updates[0]['callback_query'] == {'data': '1:places', 'message_id': None}


async def test_wechat_without_position_or_camera_still_reports(make_phone: PhoneMaker) -> None:
    phone = await make_phone(user_agent=WECHAT, before=NO_POSITION + 'delete window.ResizeObserver;')
    await phone.open()
    await phone.tap('发地点')
    await expect(phone.page.get_by_text('这里用不了手机定位')).to_be_visible()
    await expect(phone.page.get_by_role('button', name='用我现在的位置')).to_have_count(0)
    await phone.tap('关闭')
    async with phone.page.expect_file_chooser() as chosen:
        await phone.tap('发照片')
    await (await chosen.value).set_files(picked(photo(), kind=''))
    await phone.tap('发送')
    await expect(phone.page.locator('#log .photo')).to_have_count(1)
    assert phone.complaints == []


async def test_a_page_without_https_says_that_it_gets_no_position(make_phone: PhoneMaker) -> None:
    phone = await make_phone(before='Object.defineProperty(window, "isSecureContext", {value: false})')
    await phone.open()
    await phone.tap('发地点')
    await expect(phone.page.get_by_text('网址不是 https 开头时')).to_be_visible()


async def test_a_place_is_pointed_out_on_a_map_that_loads_only_then(phone: Phone) -> None:
    assert await phone.page.evaluate('typeof L') == 'undefined'
    await phone.tap('发地点')
    await phone.tap('在地图上点')
    await expect(phone.page.get_by_text('越城区')).to_be_visible()
    await phone.page.locator('.map').focus()
    await phone.page.get_by_role('button', name='放大').click()
    await phone.tap('发送这个地点')
    await expect(phone.page.locator('#log .place-card')).to_have_count(1)
    spot = phone.house.updates[0]['message']['location']
    assert abs(spot['latitude'] - 29.9) < 0.2
    assert abs(spot['longitude'] - 120.6) < 0.1
    await phone.page.locator('#log .place-card').click()
    await expect(phone.page.get_by_role('dialog', name='地点').locator('.crosspin')).to_be_visible()


async def test_messages_are_edited_and_taken_back(phone: Phone) -> None:
    first = put(phone.house, ASK)
    second = phone.house.put('sendMessage', text='多余的一句')
    phone.house.put('editMessageText', message_id=first, text='已选：黑烟')
    phone.house.put('deleteMessage', message_id=second)
    await phone.shows('已选：黑烟')
    await expect(phone.page.locator('.key')).to_have_count(0)
    phone.house.put('editMessageReplyMarkup', message_id=first, reply_markup=keys(['改一下']))
    await expect(phone.page.locator('.key')).to_have_text(['改一下'])


async def test_pictures_documents_and_places_of_the_bot_are_shown(phone: Phone) -> None:
    phone.house.photos['p'] = photo()
    kept: Json = {'$kept': ['p', 'p.jpg']}
    phone.house.put('sendPhoto', photo=kept, caption='办理前')
    phone.house.put('sendMediaGroup', media=[{'type': 'photo', 'media': kept}, {'type': 'photo', 'media': kept}])
    phone.house.put('sendDocument', document={'$kept': ['zip', 'mydata.zip']}, caption='您的数据')
    phone.house.put('sendLocation', latitude=30.0, longitude=120.6)
    await expect(phone.page.locator('#log .photo')).to_have_count(3)
    document = phone.page.get_by_role('link', name=re.compile('mydata.zip'))
    await expect(document).to_have_attribute('href', '/chat/files/zip')
    await expect(phone.page.locator('#log .place-card')).to_contain_text('30.00000, 120.60000')


async def test_staff_play_recordings_in_the_chat(phone: Phone) -> None:
    phone.house.put('sendVoice', voice={'$kept': ['v.original', 'voice-1.ogg']}, caption='证据')
    phone.house.put('sendVideo', video={'$kept': ['f.original', 'video-2.mp4']}, caption='证据')
    for kind, token in (('audio', 'v'), ('video', 'f')):
        player = phone.page.locator(f'#log {kind}')
        await expect(player).to_have_attribute('src', f'/chat/files/{token}.original')
        await expect(player).to_have_attribute('controls', '')


async def test_what_people_write_stays_text_and_only_web_addresses_become_links(phone: Phone) -> None:
    text = '<img src=x onerror=alert(1)> https://example.org/a?b=1。电话 0575-85120000，编号 SX26-000123-K'
    phone.house.put('sendMessage', text=text)
    await phone.shows(text)
    links = phone.page.locator('#log .text a')
    await expect(links).to_have_text(['https://example.org/a?b=1', '0575-85120000'])
    await expect(links.first).to_have_attribute('rel', re.compile('noopener'))
    phone.house.put('sendMessage', text='☎ 110 报警\n☎ 0571-12345 杭州，第 12345 号')
    await expect(phone.page.locator('#log .turn').last.locator('a')).to_have_text(['110', '0571-12345'])
    bad: Json = {
        'inline_keyboard': [
            [{'text': '坏', 'url': 'javascript:alert(1)'}, {'text': '好', 'url': 'https://example.org/'}]
        ]
    }
    phone.house.put('sendMessage', text='按钮', reply_markup=bad)
    await expect(phone.page.locator('a.key')).to_have_text(['好'])


async def test_a_command_in_a_message_is_said_by_a_tap(phone: Phone) -> None:
    phone.house.put('sendMessage', text='看 /myreports，或 and/or 读说明：/notice')
    await expect(phone.page.locator('#log .text a')).to_have_text(['/myreports', '/notice'])
    await expect(phone.page.get_by_role('link', name='/notice')).to_have_attribute('href', '/notice?lang=zh')
    async with phone.page.expect_response('**/chat/updates'):
        await phone.page.get_by_role('link', name='/myreports').click()
    assert phone.house.texts() == ['/myreports']
    assert phone.page.url.endswith('/chat')


async def test_nothing_in_the_words_of_others_can_be_tapped(phone: Phone) -> None:
    theirs = '│ 打开 http://example.org/x 或 13800000000\n│ /close'
    phone.house.put('sendMessage', text=f'看 /myreports\n{theirs}\n再看 https://example.org/ours')
    await expect(phone.page.locator('#log .text a')).to_have_text(['/myreports', 'https://example.org/ours'])
    await expect(phone.page.locator('#log .text').last).to_contain_text(theirs, use_inner_text=True)
    await phone.say('我的 /close 和 http://example.org/y')
    await expect(phone.page.locator('#log .own .text')).to_contain_text('/close')
    await expect(phone.page.locator('#log .own .text a')).to_have_count(0)


async def test_a_tap_is_answered_by_a_toast_or_by_a_question_to_confirm(make_phone: PhoneMaker) -> None:
    def answer(update: Json) -> list[Json]:
        data = update['callback_query']['data']
        return [{'method': 'answerCallbackQuery', 'text': f'记下了 {data}', 'show_alert': data == '1:异味'}]

    phone = await make_phone(answer)
    put(phone.house, ASK)
    phone.house.put('answerCallbackQuery', text='旧的')
    await phone.open()
    await phone.tap('黑烟')
    await expect(phone.page.locator('#toast')).to_have_text('记下了 1:黑烟')
    await phone.tap('异味')
    await expect(phone.page.get_by_role('dialog')).to_contain_text('记下了 1:异味')
    await phone.tap('知道了')
    await expect(phone.page.get_by_role('dialog')).to_have_count(0)


async def test_the_language_switch_tells_the_bot_and_changes_the_page(phone: Phone) -> None:
    await phone.tap('Switch to English')
    await expect(phone.page.locator('#language')).to_have_text('EN')
    phone.house.say_hello(locale='en')
    await expect(phone.page.locator('#language')).to_have_text('中')
    await expect(phone.page.locator('html')).to_have_attribute('lang', 'en')
    await expect(phone.page.get_by_role('button', name='Send a place')).to_be_visible()
    assert phone.house.updates[0]['callback_query'] == {'data': '1:lang:en', 'message_id': None}


async def test_a_one_time_code_in_the_address_is_used_by_a_tap_and_leaves_the_address(phone: Phone) -> None:
    await phone.open('?code=abc-123_X&big=1')
    await phone.tap('使用登录码')
    await phone.shows('开始', '听到了：/start abc-123_X')
    assert phone.page.url == f'{phone.address}/chat?big=1'


async def test_a_forged_link_with_a_code_does_nothing_by_itself(phone: Phone) -> None:
    await phone.open('?code=abc-123_X')
    await phone.tap('关闭')
    await phone.say('你好')
    await phone.shows('你好', '听到了：你好')
    assert phone.house.texts() == ['你好']


async def test_returning_with_a_code_says_when_it_is_wrong(make_phone: PhoneMaker) -> None:
    phone = await make_phone()
    await phone.open()
    await phone.tap('更多设置')
    await phone.tap('用取回码回到原来的对话')
    await phone.page.fill('#code', 'WRONG')
    await phone.tap('确定')
    await expect(phone.page.get_by_role('alert')).to_have_text('取回码不对，或者已经用过了。')
    await phone.page.fill('#code', 'K7P2')
    async with phone.page.expect_navigation():
        await phone.tap('确定')
    assert phone.house.code_sent == 'K7P2'


async def test_the_newest_message_is_in_view_and_reading_further_up_is_left_in_peace(phone: Phone) -> None:
    for number in range(80):
        phone.house.put('sendMessage', text=f'第 {number} 条')
    await phone.page.reload()
    await expect(phone.page.get_by_text('第 79 条')).to_be_in_viewport()
    await phone.page.get_by_text('第 10 条').scroll_into_view_if_needed()
    phone.house.put('sendMessage', text='新的一条')
    await expect(phone.page.get_by_role('button', name='有新消息')).to_be_visible()
    await expect(phone.page.get_by_text('第 10 条')).to_be_in_viewport()
    await phone.tap('有新消息')
    await expect(phone.page.get_by_text('新的一条')).to_be_in_viewport()


async def test_the_time_is_said_once_and_again_after_a_pause(phone: Phone) -> None:
    noon = 1_763_697_600  # 21 November 2025, 12:00 in Shanghai
    for number, date in enumerate((noon, noon + 60, noon + 3600)):
        phone.house.frames.append(
            {'id': number + 1, 'method': 'sendMessage', 'params': {'text': f'{number}'}, 'date': date}
        )
    await phone.page.reload()
    await phone.shows('0', '1', '2')
    await expect(phone.page.locator('#log .when')).to_have_text(['11月21日 12:00', '11月21日 13:00'])


async def test_two_tabs_show_one_conversation(phone: Phone) -> None:
    other = await open_page(phone.context, phone.house, phone.address)
    await other.open()
    await phone.say('这边')
    await other.shows('这边', '听到了：这边')
    await other.say('那边')
    everything = ('这边', '听到了：这边', '那边', '听到了：那边')
    await phone.shows(*everything)
    await other.shows(*everything)
    first, second = phone.house.updates
    assert first['tab'] != second['tab']
    assert first['seq'] == second['seq'] == 1


async def test_a_question_taller_than_the_screen_is_read_from_its_top(make_phone: PhoneMaker) -> None:
    phone = await make_phone(viewport={'width': 320, 'height': 568})
    await phone.open()
    await phone.say('在哪里')
    await phone.shows('在哪里', '听到了：在哪里')
    put(phone.house, say('在哪个街道？', keys(*([f'{number} 号街道'] for number in range(15)))))
    await expect(phone.page.get_by_text('在哪个街道？')).to_be_in_viewport()
    await phone.page.get_by_role('button', name='14 号街道').scroll_into_view_if_needed()
    put(phone.house, say('✓'))
    await expect(phone.page.get_by_text('✓')).to_be_in_viewport()
    await expect(phone.page.get_by_role('button', name='有新消息')).to_be_hidden()
