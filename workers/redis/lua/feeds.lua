-- Feeds and hosts: which feeds there are, when each is due, and whose host may be asked.
--
-- Pages and feeds wait by host, and hosts by when they may be asked: not while held or resting, and for pages and
-- feeds each not before the first is due. A host without any is forgotten, but for its rest.
local feeds = {}

-- Seconds for which who had the last turn at a spaced host lets the other go first, so that neither pages nor feeds
-- starve. As long as two ticks: the other has been looked for by then.
local TURN = 2
-- Seconds after which a rest or a turn orders no queue any more.
local LONG_PAST = 3600
-- How many hosts without anything due are passed over at most.
local PASSED_OVER = 50
-- The newest polls that are kept; see pipeline.ledger.sightings.
local POLLS_KEPT = 50

-- When the first in a line is due; nil where nobody waits.
local function first_due(line) return tonumber(call('ZRANGE', line, 0, 0, 'WITHSCORES')[2]) end

-- When a host's first page is due: one that is wanted, or one that is looked at again, within the host's budget.
local function first_page(host)
  local page, look = first_due(p .. 'host:' .. host), first_due(p .. 'looks:' .. host)
  if not look then return page end
  look = math.max(look, tonumber(call('ZSCORE', p .. 'lookfree', host) or 0))
  return page and math.min(page, look) or look
end

-- Place a host in one of the two queues by when the first that waits for it is due.
local function order_queue(queue, host, first, other, last, free)
  if not first then
    call('ZREM', queue, host)
    return
  end
  local due = math.max(free, first)
  if other and other <= due and call('ZSCORE', last, host) then due = due + TURN end
  call('ZADD', queue, score(due), host)
end

-- Place a host anew in the queues of hosts, after anything about it changed.
local function order_host(host)
  local free = math.max(tonumber(call('ZSCORE', p .. 'hostfree', host) or 0),
    tonumber(call('ZSCORE', p .. 'hostheld', host) or 0))
  local pages, polls = first_page(host), first_due(p .. 'feeds:' .. host)
  order_queue(p .. 'hosts', host, pages, polls, p .. 'paged', free)
  order_queue(p .. 'feedhosts', host, polls, pages, p .. 'fed', free)
end

-- Whether one worker at a time asks this host; see pipeline.ledger.Spacing.
local function is_spaced(host, spacing)
  if host == '' then return false end
  local by_host = spacing.by_host
  return (by_host[host] or by_host[string.match(host, '^(.*):%d+$') or ''] or spacing.usual) > 0
end

-- Hold a host that wants spacing for a turn (p .. 'paged' or p .. 'fed'); the token, 0 where any number may ask it.
local function hold_host(host, turn, a)
  local token = 0
  if is_spaced(host, a.spacing) then
    token = next_token()
    call('HSET', p .. 'hosttoken', host, token)
    call('ZADD', p .. 'hostheld', score(a.now + a.seconds), host)
    call('ZREM', p .. 'fed', host)
    call('ZREM', p .. 'paged', host)
    call('ZADD', turn, a.now, host)
  end
  local past = score(a.now - LONG_PAST)
  call('ZREMRANGEBYSCORE', p .. 'hostfree', '-inf', past)
  call('ZREMRANGEBYSCORE', p .. 'hostheld', '-inf', past)
  call('ZREMRANGEBYSCORE', p .. 'fed', '-inf', past)
  call('ZREMRANGEBYSCORE', p .. 'paged', '-inf', past)
  order_host(host)
  return token
end

-- Ask nothing of the host before `allowed`; whoever holds it by this token holds it no more.
local function release_host(host, token, allowed)
  if tonumber(allowed) > tonumber(call('ZSCORE', p .. 'hostfree', host) or 0) then
    call('ZADD', p .. 'hostfree', allowed, host)
  end
  if token ~= 0 and tonumber(call('HGET', p .. 'hosttoken', host)) == token then
    call('HDEL', p .. 'hosttoken', host)
    call('ZREM', p .. 'hostheld', host)
  end
  order_host(host)
end

-- Make a feed due, among all feeds and among those of its host; a paused one never is.
local function make_feed_due(id, due)
  local host = call('HGET', p .. 'feedhost', id) or ''
  if call('SISMEMBER', p .. 'paused', id) == 1 then due = NEVER end
  call('ZADD', p .. 'feeds', due, id)
  call('ZADD', p .. 'feeds:' .. host, due, id)
  order_host(host)
end

-- Note at which host a feed is polled: it waits there from now on.
local function place_feed(id, host)
  local old = call('HGET', p .. 'feedhost', id)
  if old == host then return end
  call('HSET', p .. 'feedhost', id, host)
  if not old then return end
  call('ZREM', p .. 'feeds:' .. old, id)
  order_host(old)
  local due = call('ZSCORE', p .. 'feeds', id)
  if due then make_feed_due(id, due) end
end

-- Whether a worker polls the feed just now.
local function is_being_polled(id, now)
  local token, due = call('HGET', p .. 'feedtoken', id), call('ZSCORE', p .. 'feeds', id)
  return token and token ~= '0' and due and tonumber(due) > tonumber(now)
end

-- Count a feed under its health; nil: under none any more.
local function note_health(id, health)
  local old = call('HGET', p .. 'feedhealth', id)
  if old == health then return end
  if old then call('HINCRBY', p .. 'health', old, -1) end
  if health then
    call('HSET', p .. 'feedhealth', id, health)
    call('HINCRBY', p .. 'health', health, 1)
  else
    call('HDEL', p .. 'feedhealth', id)
  end
end

-- When a feed is due that its last poll put off, by whichever clock: it waits no longer than that poll said.
local function wait_at_most(due, last, a)
  if due >= tonumber(NEVER) then return NEVER end
  return score(last > 0 and math.min(due, a.now + math.max(0, due - last)) or due)
end

-- When a feed is due by its state, whose moments are of the clock of the worker that stored it.
local function read_plan(state, a)
  local due, last = state.next_poll or 0, state.last_poll or 0
  if due == 0 then return a.now end
  if a.reckoned then due, last = move(due, a.now - a.reckoned), move(last, a.now - a.reckoned) end
  return wait_at_most(due, last, a)
end

-- Poll these feeds too: 'new', 'changed' or 'same' for each. What was learned of them stays.
function feeds.schedule(a)
  local said = {}
  for i, feed in ipairs(a.feeds) do
    local id, host, definition = feed[1], feed[2], feed[3]
    local old, known = call('HGET', p .. 'feed', id), call('ZSCORE', p .. 'feeds', id)
    if old ~= definition then
      call('HSET', p .. 'feed', id, definition)
      place_feed(id, host)
    end
    -- an earlier version kept no hosts
    if not call('HGET', p .. 'feedhost', id) then
      place_feed(id, host)
      if known then make_feed_due(id, known) end
    end
    if not known then
      call('HSETNX', p .. 'feedstate', id, '{}')
      make_feed_due(id, read_plan(cjson.decode(call('HGET', p .. 'feedstate', id)), a))
    end
    said[i] = (not old and 'new') or (old ~= definition and 'changed') or 'same'
  end
  return said
end

-- Poll these feeds no more. What was learned of them stays, and that they are paused.
function feeds.unschedule(a)
  for _, id in ipairs(a.feeds) do
    local host = call('HGET', p .. 'feedhost', id) or ''
    call('ZREM', p .. 'feeds', id)
    call('ZREM', p .. 'feeds:' .. host, id)
    call('HDEL', p .. 'feed', id)
    call('HDEL', p .. 'feedhost', id)
    call('HDEL', p .. 'feedtoken', id)
    call('HDEL', p .. 'feedfaults', id)
    note_health(id, nil)
    order_host(host)
  end
end

-- Claim a feed with its host: {feed, token, state, definition, host, its token} or nil.
-- The host that has waited longest comes first, and of its feeds the one most overdue.
function feeds.claim_feed(a)
  for _ = 1, PASSED_OVER do
    local host = call('ZRANGEBYSCORE', p .. 'feedhosts', '-inf', a.now, 'LIMIT', 0, 1)[1]
    if not host then return nil end
    local id = call('ZRANGEBYSCORE', p .. 'feeds:' .. host, '-inf', a.now, 'LIMIT', 0, 1)[1]
    if id then
      local token, due = next_token(), score(a.now + a.seconds)
      call('HSET', p .. 'feedtoken', id, token)
      call('ZADD', p .. 'feeds', due, id)
      call('ZADD', p .. 'feeds:' .. host, due, id)
      local hold = hold_host(host, p .. 'fed', a)
      local state = call('HGET', p .. 'feedstate', id) or '{}'
      return {id, token, state, call('HGET', p .. 'feed', id), host, hold}
    end
    order_host(host)
  end
  return nil
end

-- Keep a poll among the newest, and whether the feed failed at its last one.
local function note_poll(id, a)
  if a.note == '' then return end
  keep_newest(p .. 'polled', a.note, POLLS_KEPT)
  if a.fault ~= '' and call('SISMEMBER', p .. 'paused', id) == 0 then
    call('HSET', p .. 'feedfaults', id, a.fault)
  else
    call('HDEL', p .. 'feedfaults', id)
  end
end

-- Store what a poll taught: 1, or 0 where the lease is lost. The host is given back either way.
function feeds.settle_feed(a)
  local id = a.feed
  release_host(a.host, a.hold, a.allowed)
  if tonumber(call('HGET', p .. 'feedtoken', id)) ~= a.token then return 0 end
  call('HSET', p .. 'feedtoken', id, '0')
  call('HSET', p .. 'feedstate', id, a.state)
  -- the worker's clock may have stepped between its answer and this call
  local polled = a.reckoned and score(math.min(a.last_poll, a.now)) or a.last_poll
  call('HSET', p .. 'progress', 'poll', polled)
  for name, by in pairs(a.counts) do call('HINCRBY', p .. 'polls', name, by) end
  if call('ZSCORE', p .. 'feeds', id) then
    place_feed(id, a.next_host)
    make_feed_due(id, a.reckoned and wait_at_most(tonumber(a.next_poll), tonumber(a.last_poll), a) or a.next_poll)
    note_health(id, a.health)
    note_poll(id, a)
  end
  return 1
end

-- Poll a feed no more until it is resumed: 1, or 0 where it is not scheduled. A poll under way ends as it would.
function feeds.pause_feed(a)
  if not call('ZSCORE', p .. 'feeds', a.feed) then return 0 end
  call('SADD', p .. 'paused', a.feed)
  call('HDEL', p .. 'feedfaults', a.feed)
  if not is_being_polled(a.feed, a.now) then make_feed_due(a.feed, NEVER) end
  return 1
end

-- Take a feed up again: 1, or 0 where it is not scheduled. A poll under way keeps its own state.
function feeds.resume_feed(a)
  local id = a.feed
  call('SREM', p .. 'paused', id)
  if not call('ZSCORE', p .. 'feeds', id) then return 0 end
  if not is_being_polled(id, a.now) then
    call('HSET', p .. 'feedtoken', id, '0')
    call('HSET', p .. 'feedstate', id, a.state)
    note_health(id, a.health ~= 'new' and a.health or nil)
    call('HDEL', p .. 'feedfaults', id)
    make_feed_due(id, a.due)
  end
  return 1
end

-- Poll a feed at another time: 1, or 0 where it is unknown, paused or being polled.
function feeds.retime_feed(a)
  local id = a.feed
  if not call('ZSCORE', p .. 'feeds', id) then return 0 end
  if call('SISMEMBER', p .. 'paused', id) == 1 or is_being_polled(id, a.now) then return 0 end
  call('HSET', p .. 'feedtoken', id, '0')
  make_feed_due(id, a.due)
  return 1
end
