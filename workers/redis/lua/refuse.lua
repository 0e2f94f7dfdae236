-- ARGV: prefix, now, retention, then key, feed, reason, title ... -> the indices (from 0) of those that were new.
local new = {}
for i = 4, #ARGV, 4 do
  local job = job_key(ARGV[i])
  if redis.call('EXISTS', job) == 0 then
    redis.call('HSET', job, 'print', '', 'stage', 'done', 'attempts', '0', 'token', '0', 'admitted', ARGV[2],
      'feed', ARGV[i + 1], 'title', ARGV[i + 3], 'outcome', 'broken_entry', 'reason', ARGV[i + 2], 'ended', ARGV[2])
    count('admitted')
    count('outcome.broken_entry')
    new[#new + 1] = (i - 4) / 4
  end
  redis.call('EXPIRE', job, ARGV[3])
end
return new
