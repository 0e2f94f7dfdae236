-- The index of known stories: near-duplicate posts and exact keys to story numbers, and what is stored of each.
-- Local functions for other scripts to begin with. p: key prefix; probes: four bytes each, `posts` of them posts and the
-- rest keys. A stored blob begins with the number of the head of its cluster (0: itself). INDEX_FIRST and INDEX_MOST
-- (powers of two, pages) are set by workers/index.py.
--
-- p .. 'index:meta'    what index_meta unpacks: n (last number), changes (updates, ever), placed (slots, ever), low (first
--                      number that may be alive), and the size of the table: first and half (pages, powers of two), step
--                      (0 to 3) and at (the page to grow next)
-- p .. 'index:t<page>' a page of the table: 811 buckets of 16 to 28 slots; a slot is a number and a tag, five bytes
-- p .. 'index:b<n>'    what is stored of 32 stories, each with its revision; expires as a whole, which frees it
--
-- The table grows one page at a time (linear hashing with partial expansions, Larson 1980): page by page the buckets get
-- 20, 24 and 28 slots, and then each page becomes two of 16. So memory follows what is stored, and no page is ever much
-- fuller than another. A probe's first two bytes are its tag: its low bits say which page a split moves it to, the rest
-- tell probes apart. A full bucket overwrites its oldest post, a key only if it holds nothing but keys.
--
-- 811 buckets make a page the size of the allocator's classes of 64, 80, 96 and 112 kB. Smaller pages are more keys,
-- which a look-up then has to find in cold memory; larger ones make a split too long a pause. Redis formats a number
-- argument slowly: offsets and page names are made into strings here.
local BUCKETS, SLOTS, GROW, CHUNK, WINDOW = 811, 16, 4, 32, 8388608
local FULL, SAME, MOST = 0.70, 4, 16
local META, META_SIZE = '>I4I4dI4I4I4I4I4', 36
local EMPTY, LOOK = string.rep('\0', 5), 255
local floor, find, byte, char, sub, format = math.floor, string.find, string.byte, string.char, string.sub, string.format
local call = redis.call

local function index_meta(p)
  local m, stored = {}, call('GET', p .. 'index:meta')
  if stored then
    m.n, m.changes, m.placed, m.low, m.first, m.half, m.step, m.at = struct.unpack(META, stored)
  else
    m.n, m.changes, m.placed, m.low, m.first, m.half, m.step, m.at = 0, 0, 0, 1, INDEX_FIRST, INDEX_FIRST, 0, 0
  end
  return m, stored or ''
end

local function index_keep(p, m)
  call('SET', p .. 'index:meta', struct.pack(META, m.n, m.changes, m.placed, m.low, m.first, m.half, m.step, m.at))
end

-- where the probe of these four bytes lives: its page, the offset of its bucket and the width of it
local function index_where(m, a, b, c, d)
  local tag, low, first, step = a * 256 + b, c * 256 + d, m.first, m.step
  local splits, width = m.half / first, 5 * (SLOTS + GROW * step)
  local page = low % first + tag % splits * first
  if page < m.at then
    if step < 3 then
      width = width + 5 * GROW
    else
      page, width = low % first + tag % (2 * splits) * first, 5 * SLOTS
    end
  end
  return page, (tag * 65536 + low) % BUCKETS * width, width
end

-- where a bucket's first free slot begins, less one; nil: none. Slots fill from the front, so the first five empty bytes
-- are a free slot, or end the one before it
local function index_free(bucket, width)
  local at = find(bucket, EMPTY, 1, true)
  if not at then return nil end
  at = at - 1 + (1 - at) % 5
  return at < width and at or nil
end

local function index_blob(p, number)
  local i = number - 1
  local at = p .. 'index:b' .. floor(i / CHUNK)
  local row = call('LINDEX', at, i % CHUNK)
  if not row or #row < 3 then return nil, nil, at, i % CHUNK end
  return struct.unpack('>I2', row), sub(row, 3), at, i % CHUNK
end

-- the numbers that share posts, with how many; those that share a key; and the free slot of each probe's bucket, LOOK
-- where there is none or the bucket has its tag already. A slot's 23 bits stand for the youngest number that ends in them
local function index_votes(p, m, probes, posts)
  local votes, named, free, k, n, t = {}, {}, {}, 0, m.n, p .. 'index:t'
  for i = 1, #probes, 4 do
    local page, offset, width = index_where(m, byte(probes, i, i + 3))
    local bucket = call('GETRANGE', t .. page, format('%d', offset), format('%d', offset + width - 1))
    local tag = sub(probes, i, i + 1)
    local at = find(bucket, tag, 4, true)
    k = k + 1
    free[k] = not at and index_free(bucket, width) or LOOK
    while at do
      if at % 5 == 4 then
        local a, b, c = byte(bucket, at - 3, at - 1)
        local key = a >= 128
        local short = (key and a - 128 or a) * 65536 + b * 256 + c
        if short > 0 and key == (k > posts) then
          local number = n - (n - short) % WINDOW
          if key then named[#named + 1] = number else votes[number] = (votes[number] or 0) + 1 end
        end
      end
      at = find(bucket, tag, at + 1, true)
    end
  end
  return votes, named, char(unpack(free))
end

-- {number, revision, votes, blob} of each story that shares a key or at least so many posts, and of the heads of their
-- clusters; and a ticket, with which the story is put in without another look as long as nothing has changed
local function index_lookup(p, probes, posts, least)
  local m, stored = index_meta(p)
  local votes, wanted, free = index_votes(p, m, probes, posts)
  local voted, out, seen = {}, {}, {}
  for n, count in pairs(votes) do
    if count >= least then voted[#voted + 1] = n end
  end
  if #voted > MOST then
    table.sort(voted, function(a, b)
      if votes[a] ~= votes[b] then return votes[a] > votes[b] end
      return a < b
    end)
  end
  for i = 1, math.min(#voted, MOST) do wanted[#wanted + 1] = voted[i] end
  local i = 1
  while i <= #wanted do
    local n = wanted[i]
    if not seen[n] and n >= m.low then
      seen[n] = true
      local revision, blob = index_blob(p, n)
      if blob then
        out[#out + 1] = {n, revision, votes[n] or 0, blob}
        local head = struct.unpack('>I4', blob)
        if head > 0 then wanted[#wanted + 1] = head end
      end
    end
    i = i + 1
  end
  return {stored .. free, out}
end

-- the slots of a page, bucket by bucket, that stay and that go to the new page of a split; forgotten stories are dropped
local function index_split(m, page, width)
  local stay, go, bit, wide = {}, {}, m.half / m.first, 5 * SLOTS
  for bucket = 0, BUCKETS - 1 do
    local a, b = {}, {}
    for i = bucket * width + 1, (bucket + 1) * width, 5 do
      local x, y, z, hi, lo = byte(page, i, i + 4)
      local short = x % 128 * 65536 + y * 256 + z
      if short == 0 and hi == 0 and lo == 0 then break end
      if short > 0 and m.n - (m.n - short) % WINDOW >= m.low then
        local to = floor((hi * 256 + lo) / bit) % 2 == 1 and b or a
        if #to < SLOTS then to[#to + 1] = sub(page, i, i + 4) end
      end
    end
    stay[bucket + 1] = table.concat(a) .. string.rep('\0', wide - 5 * #a)
    go[bucket + 1] = table.concat(b) .. string.rep('\0', wide - 5 * #b)
  end
  return table.concat(stay), table.concat(go)
end

-- the next page gets larger buckets, or becomes two
local function index_grow(p, m)
  local from, width = p .. 'index:t' .. m.at, 5 * (SLOTS + GROW * m.step)
  local page = call('GET', from)
  if page and m.step == 3 then
    local stay, go = index_split(m, page, width)
    call('SET', from, stay)
    call('SET', p .. 'index:t' .. (m.at + m.half), go)
  elseif page then
    local wider, more = {}, string.rep('\0', 5 * GROW)
    for bucket = 0, BUCKETS - 1 do wider[bucket + 1] = sub(page, bucket * width + 1, (bucket + 1) * width) end
    wider[BUCKETS + 1] = ''
    call('SET', from, table.concat(wider, more))
  end
  m.at = m.at + 1
  if m.at == m.half then
    m.at, m.step = 0, m.step + 1
    if m.step == 4 then m.half, m.step = m.half * 2, 0 end
  end
end

-- the slot to overwrite in a bucket that is full or has the tag already; nil: none
local function index_victim(m, bucket, tag, key)
  local hi, lo = byte(tag, 1, 2)
  local dead, post, name, twin, twins = nil, nil, nil, nil, 0
  local post_age, name_age, twin_age = -1, -1, -1
  for i = 1, #bucket, 5 do
    local a, b, c, x, y = byte(bucket, i, i + 4)
    local short = a % 128 * 65536 + b * 256 + c
    local age = (m.n - short) % WINDOW
    if short == 0 or m.n - age < m.low then
      dead = dead or i - 1
    else
      local iskey = a >= 128
      if x == hi and y == lo and iskey == key then
        twins = twins + 1
        if age > twin_age then twin, twin_age = i - 1, age end
      end
      if iskey then
        if age > name_age then name, name_age = i - 1, age end
      elseif age > post_age then
        post, post_age = i - 1, age
      end
    end
  end
  -- the first stories to carry a phrase keep it; of a name, the last ones
  if twins >= SAME then return key and twin or nil end
  return dead or post or (key and name) or nil
end

-- the slot for a probe, by a look into its bucket
local function index_slot(m, page, offset, width, tag, key)
  local bucket = call('GETRANGE', page, format('%d', offset), format('%d', offset + width - 1))
  if #bucket < width then
    call('SET', page, string.rep('\0', BUCKETS * width))
    return 0
  end
  return not find(bucket, tag, 4, true) and index_free(bucket, width) or index_victim(m, bucket, tag, key)
end

-- put story m.n under its probes; free: the slots that a look-up found, if nothing has changed since
local function index_place(p, m, probes, posts, free)
  local short, t, k = m.n % WINDOW, p .. 'index:t', 0
  local a, b, c = floor(short / 65536), floor(short / 256) % 256, short % 256
  local number, written = char(a, b, c), {}
  for i = 1, #probes, 4 do
    local page, offset, width = index_where(m, byte(probes, i, i + 3))
    local name, tag, place, slot = t .. page, sub(probes, i, i + 1), page * 1048576 + offset, LOOK
    k = k + 1
    if k == posts + 1 then number = char(a + 128, b, c) end
    -- two of a story's probes may share a bucket
    if free and not written[place] then slot = byte(free, k) end
    if slot == LOOK then slot = index_slot(m, name, offset, width, tag, k > posts) end
    if slot then
      m.placed, written[place] = m.placed + 1, true
      call('SETRANGE', name, format('%d', offset + slot), number .. tag)
    end
  end
end

-- Store a story; its number. With what was considered (number to revision) false where a look-up would now return
-- anything else; without a blob that is all it says.
local function index_insert(p, probes, posts, blob, retention, ticket, least, considered)
  local m, stored = index_meta(p)
  local fresh = stored ~= '' and sub(ticket, 1, META_SIZE) == stored
  if considered and not fresh then
    local found
    ticket, found = unpack(index_lookup(p, probes, posts, least))
    for _, row in ipairs(found) do
      if considered[row[1]] ~= row[2] then return false end
    end
    fresh = stored ~= ''
  end
  if not blob then return m.n end
  m.n = m.n + 1
  local i = (m.n - 1) % CHUNK
  local at = p .. 'index:b' .. floor((m.n - 1) / CHUNK)
  if i > 0 then
    -- a chunk that expired half full
    for _ = call('LLEN', at) + 1, i do call('RPUSH', at, '') end
  end
  call('RPUSH', at, '\0\1' .. blob)
  call('EXPIRE', at, retention)
  for _ = 1, 4 do
    local oldest = p .. 'index:b' .. floor((m.low - 1) / CHUNK)
    if m.low + CHUNK > m.n or call('EXISTS', oldest) == 1 then break end
    m.low = m.low + CHUNK
  end
  index_place(p, m, probes, posts, fresh and sub(ticket, META_SIZE + 1) or nil)
  -- what is alive would fill so many slots if none were overwritten
  local load = m.placed / m.n * (m.n - m.low + 1)
  if load > FULL * BUCKETS * (m.half * SLOTS + GROW * (m.step * m.half + m.at)) and m.half < INDEX_MOST then
    if m.half < 256 * m.first then index_grow(p, m) end
  end
  index_keep(p, m)
  return m.n
end

local function index_update(p, number, blob)
  local revision, _, at, i = index_blob(p, number)
  if not revision then return end
  call('LSET', at, i, struct.pack('>I2', revision % 65535 + 1) .. blob)
  local m = index_meta(p)
  m.changes = (m.changes + 1) % 4294967296
  index_keep(p, m)
end
