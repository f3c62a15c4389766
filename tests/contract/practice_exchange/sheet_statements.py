"""What the facts sheet states and the practice exchange does, statement by statement, and the tests that "
        "prove it.

By section. The words are ours; a test's name is written without ``test_`` and names its section by a mark.
"""

from __future__ import annotations

from collections.abc import Mapping

STATEMENTS: Mapping[str, Mapping[str, str]] = {
    "0.1": {
        "no smp_type means none before 2026-11-09 and cancel_maker since": (
            "what_no_smp_type_means_depends_on_the_day"
        ),
        "limits are counted for a pocket": "keys_of_one_pocket_share_a_limit_and_pockets_do_not",
        "the fee event of BTC and USDT markets ends": "the_fee_event_of_other_quotes_ends",
        "BTC and USDT markets want a consent once": "other_quotes_may_want_a_consent_first",
        "bodies are JSON alone": "anything_but_a_json_object_is_refused",
        "the old list of orders is still answered": "the_old_list_is_still_there",
    },
    "1": {
        "DELETE takes no body": "a_delete_takes_no_body "
        "a_body_cancels_one_order_where_the_switch_says_so_and_never_many",
        "kinds of content of both parts": "quotation_answers_carry_the_captured_headers "
        "exchange_answers_carry_the_gateways_headers_or_not",
        "gzip for quotation alone, where it is accepted": "only_quotation_is_zipped "
        "what_a_client_cannot_unpack_is_not_packed",
        "Date is the only clock, in whole seconds": "the_date_is_market_time_at_any_speed "
        "a_clock_difference_shows_in_the_date_alone",
        "quotation answers have a weak etag and are not kept": "the_etag_follows_the_content "
        "quotation_answers_can_be_bare",
        "an unknown path is the gateway's 404": "the_gateway_answers_unknown_paths a_wrong_verb_is_an_unknown_path",
    },
    "1.1": {
        "tickers: 8 and 10 decimals, accumulated up to 16": "a_ticker_is_spelt_as_on_the_wire "
        "tickers_as_doubles_and_a_bare_zero",
        "candles: 8 decimals": "a_minute_candle_is_spelt_as_on_the_wire a_candle_frame_is_spelt_as_on_the_wire",
        "trades: doubles": "trades_come_newest_first_with_a_number_each",
        "books: plain, padding 0": "a_book_pairs_its_levels_and_pads_the_thin_side",
        "instruments: texts": "instruments_are_texts_on_the_wire",
        "exchange part: texts with or without .0": "balances_are_texts_and_free_of_what_is_locked "
        "amounts_can_end_in_point_zero",
        "stream: a zero change is 0E-8": "a_zero_change_has_an_exponent_unless_the_switch_is_turned",
        "stream: books have exponents in prices, short ones in sizes": (
            "a_book_frame_has_exponents_zeros_and_padding "
            "a_short_book_frame_has_plain_prices_and_small_sizes_with_exponents"
        ),
        "stream: captures differ": "frames_can_have_doubles_for_decimals_and_the_reverse",
    },
    "2.1": {
        "HS256 and HS512 with the secret's own bytes": "both_algorithms_are_verified the_sheets_tokens_are_verified",
        "no other algorithm": "other_algorithms_are_not",
        "a nonce counts once": "a_nonce_counts_once nonces_are_remembered_for_each_key_and_forgotten_in_the_end",
        "iat and exp mean nothing": "tokens_may_say_more_than_they_must",
        "the algorithm is that of our table, not the token's word": (
            "a_token_does_not_say_itself_by_which_key_it_is_signed"
        ),
    },
    "2.2": {
        "the hash is of the decoded text in the order sent": (
            "the_hash_is_of_the_decoded_query_in_the_order_sent a_time_with_its_zone_is_hashed_decoded"
        ),
        "arrays repeat their name with brackets, encoded or not": "arrays_have_brackets_encoded_or_not",
        "a body is hashed as a query in its own order, as it was spelt": (
            "a_body_is_hashed_as_a_query_in_its_own_order "
            "a_body_is_rendered_as_it_was_written "
            "amounts_may_be_json_numbers_as_long_as_the_hash_spells_them_alike"
        ),
        "no parameters, no hash": "parameters_and_hash_come_together_or_not_at_all",
        "an unencoded colon or plus is a bad parameter": "unencoded_colons_and_pluses "
        "a_query_keeps_its_plus_where_it_is_hashed",
        "small numbers as languages print them": "small_numbers_as_languages_print_them",
    },
    "2.3": {
        "the vectors": "the_sheets_tokens_are_verified the_sheets_queries_hash_as_it_says "
        "the_sheets_body_hashes_as_it_says",
        "the order of checks": "faults_are_told_in_the_recommended_order no_token an_unreadable_token "
        "a_wrong_signature_and_missing_claims",
    },
    "2.4": {
        "rights by endpoint": "rights_decide_what_a_key_may_ask "
        "a_key_without_the_right_and_another_account_hear_nothing",
        "a year, allowed addresses": "keys_expire_and_know_their_addresses",
        "a key sees its pocket": "keys_of_one_pocket_share_its_orders_and_others_see_none there_is_one_pocket",
    },
    "3": {"one unknown code fails the whole list; codes in any case": "one_bad_code_fails_the_whole_list"},
    "3.1": {
        "three fields, not sorted": "markets_are_named_and_not_sorted",
        "is_details adds market_event": "details_tell_of_warnings_and_cautions",
        "the old spelling works": "the_old_spelling_can_be_switched_off",
    },
    "3.2": {
        "every member of a ticker": "a_ticker_is_spelt_as_on_the_wire",
        "change is absolute, signed_change is signed": "a_fall_is_signed_in_two_of_four_fields",
        "by quote currencies": "tickers_of_whole_quotes",
        "the day opens at 00:00 UTC": "the_day_turns_with_its_first_trade",
        "24 hours roll": "the_last_24_hours_forget_what_is_older",
        "52 weeks": "the_figures_of_a_year_are_looked_up_again_where_time_has_jumped",
    },
    "3.3": {
        "levels in pairs, best first, padded": "a_book_pairs_its_levels_and_pads_the_thin_side",
        "the time is that of the last change": "the_books_time_is_that_of_its_change",
        "count is 30 at most, without a word": "depth_is_cut_without_a_word",
        "level groups won markets alone, else an empty list": "levels_group_won_markets_alone",
        "all markets in one call": "very_many_markets_fit_into_one_call",
    },
    "3.4": {
        "tick and levels as texts": "instruments_are_texts_on_the_wire",
        "the tick is that of the price's band": "the_tick_follows_the_price_into_another_band",
        "the old list of levels": "levels_group_won_markets_alone",
    },
    "3.5": {
        "newest first, taker's side, numbers of milliseconds": "trades_come_newest_first_with_a_number_each",
        "change_price is signed": "a_fall_is_signed_in_trades",
        "cursor, time of day, days ago": "trades_by_cursor_time_and_day times_of_day",
        "what is no such thing": "bad_questions_for_trades",
    },
    "3.6": {
        "every unit and what it has besides": "every_unit_and_what_it_has_besides",
        "to is exclusive in four spellings": "to_is_exclusive_in_every_form moments a_form_encoded_space_is_a_space",
        "other spellings are refused": "other_forms_are_refused",
        "count above 200 is cut without a word": "more_than_two_hundred_are_cut_without_a_word",
        "seconds reach three months back": "seconds_are_kept_for_three_months",
        "days have the change and may be converted": "a_day_candle_has_the_change_besides days_can_be_converted_to_won",
    },
    "3.6.1": {"start before to, newest first": "newest_first_with_the_one_in_progress_and_gaps"},
    "3.6.2": {"the one in progress is among them": "the_candle_in_progress_grows"},
    "3.6.3": {"no trade, no candle": "pages_of_candles_reach_back_over_what_is_missing"},
    "3.6.4": {"whole, not cut at to": "to_is_exclusive_in_every_form"},
    "3.6.5": {"times without zone, KST nine hours on, aligned to UTC": "every_unit_and_what_it_has_besides"},
    "3.6.6": {"the time may lie beyond the end": "a_timestamp_can_lie_a_little_beyond_the_end"},
    "3.6.7": {"the newest may be missing for a while": "the_last_candles_can_be_missing_for_a_while"},
    "3.6.8": {"pages neither repeat nor miss": "paging_backwards_neither_repeats_nor_misses"},
    "3.6.9": {"not yet listed: empty; delisted: 404": "before_the_listing_and_after_a_delisting"},
    "3.6.10": {"a unit that there is not": "only_eight_minute_units_exist"},
    "4.1": {
        "free without locked, not rounded": "balances_are_texts_and_free_of_what_is_locked "
        "nothing_is_rounded_to_whole_won"
    },
    "4.2": {
        "fees, types, minimum, state": "the_terms_of_an_order",
        "an unknown market": "terms_of_unknown_and_halted_markets",
    },
    "4.3": {
        "201, accepted as wait": "a_limit_buy_is_accepted_in_the_words_of_the_sheet",
        "each valid combination": "every_valid_kind_is_taken_and_answers_as_accepted a_null_is_as_good_as_absent",
        "every other combination": "missing_and_invalid_members members_that_do_not_fit_together",
        "identifiers are used up for ever": "an_identifier_is_never_free_again",
        "ioc, fok, post_only": "at_once_or_not_at_all",
        "self-match prevention: the taker decides": "own_orders_do_not_meet_and_the_taker_decides_how "
        "self_match_prevention_is_told_as_prevented",
        "what is no amount": "what_is_no_amount_is_refused",
    },
    "4.4": {"checked, never there": "a_test_order_is_checked_and_never_exists a_test_order_answers_like_a_real_one"},
    "4.5": {
        "a limit buy locks price, quantity and fee": "a_limit_buy_is_accepted_in_the_words_of_the_sheet",
        "the fee of a market buy comes on top": "the_fee_of_a_market_buy_comes_on_top",
        "a sell pays from its proceeds": "a_market_sell_is_done_and_pays_from_its_proceeds",
        "a market buy ends in cancel with its remainder, or done": (
            "a_market_buy_ends_in_cancel_with_its_remainder_refunded a_market_buy_without_remainder_is_done"
        ),
        "after a cancel the record keeps its lock": "a_cancel_answers_wait_and_the_record_keeps_its_lock",
        "trades with trend and microseconds": "a_resting_order_is_filled_as_the_maker "
        "a_single_order_is_found_by_either_id_and_the_uuid_wins",
        "volume has 8 decimals": "volume_beyond_eight_decimals_is_cut_or_refused",
    },
    "4.6": {
        "one order by either id": "a_single_order_is_found_by_either_id_and_the_uuid_wins",
        "open orders by state, page, limit, direction": "open_orders_by_market_state_page_and_direction",
        "closed ones in windows of seven days": "closed_orders_lie_in_windows_of_seven_days "
        "closed_orders_by_state_and_market moments_with_their_zone_or_milliseconds",
        "by ids, in any state": "orders_by_their_ids_in_any_state",
        "bad questions": "bad_questions_for_lists",
        "the old list": "the_old_list_is_still_there",
    },
    "4.7": {
        "accepted, not done": "a_cancel_answers_wait_and_the_record_keeps_its_lock "
        "the_end_of_a_cancelled_order_can_take_its_time",
        "one that has ended": "what_has_ended_cannot_be_cancelled",
        "by ids, twenty at most": "many_by_their_ids",
        "open ones by side, market, number, age": "open_orders_by_side_and_market "
        "open_orders_by_number_and_age "
        "bad_scopes_of_cancels",
        "reasons for failure": "orders_of_a_stopped_market_fail_to_cancel",
    },
    "4.8": {
        "the old order and the new number": "a_replacement_answers_with_the_old_order",
        "remain_only": "only_what_remained_is_replaced",
        "the new one only after the old one's end": "where_the_new_one_is_refused_in_the_end_it_does_not_exist "
        "a_bad_replacement_cancels_nothing a_replacement_takes_the_place_of_the_old_order",
    },
    "4.9": {"lists, wallets, keys": "nothing_ever_moves_in_or_out wallets_work_and_may_say_more keys_tell_their_end"},
    "5.1": {"fees by quote": "the_terms_of_an_order the_fee_event_of_other_quotes_ends"},
    "5.2": {
        "minimum and maximum": "totals_have_bounds the_bounds_themselves_are_allowed",
        "market orders beyond the 30 levels": "a_market_order_beyond_the_book_is_refused",
    },
    "5.3": {
        "ticks by band": "a_price_off_its_bands_tick_is_refused_not_rounded "
        "the_tick_follows_the_price_into_another_band",
        "stable coins": "stable_coins_may_have_half_ticks",
    },
    "5.4": {"ticks of BTC and USDT markets; never rounded": "a_price_off_its_bands_tick_is_refused_not_rounded"},
    "6.1": {
        "whole numbers for names": "one_bad_code_fails_the_whole_list bad_questions_for_trades",
        "bad values": "other_forms_are_refused text_that_is_not_utf8_is_refused unencoded_colons_and_pluses",
    },
    "6.2": {
        "of orders": "missing_and_invalid_members members_that_do_not_fit_together an_unknown_market "
        "too_little_money_names_its_currency totals_have_bounds "
        "a_price_off_its_bands_tick_is_refused_not_rounded",
        "of tokens": "no_token an_unreadable_token an_unknown_key_in_both_languages "
        "keys_expire_and_know_their_addresses",
        "of rights": "rights_decide_what_a_key_may_ask",
        "of stopped markets and overload": "markets_in_maintenance_and_overload terms_of_unknown_and_halted_markets",
        "of the server": "a_failure_as_json_under_either_name errors_of_the_server_come_as_pages",
    },
    "7.1": {
        "quotation: 10 a second by address, in whole seconds": "quotation_groups_count_down_from_ten "
        "a_quotation_window_is_whole_again_in_the_next_second "
        "a_window_begins_with_the_second_not_with_the_first_request",
        "exchange: buckets by pocket": "exchange_groups exchange_limits_fill_steadily "
        "a_bucket_lets_a_burst_through_and_then_its_rate",
        "cancel all: one in two seconds": "all_orders_are_cancelled_at_most_every_two_seconds",
        "connects": "the_upgrade_tells_the_quota_and_the_sixth_of_a_second_is_refused",
        "messages": "the_sixth_message_of_a_second_is_too_many messages_have_two_bounds",
    },
    "7.2": {
        "three pairs, limit less one at first": "the_header_is_three_pairs quotation_groups_count_down_from_ten",
        "names of groups, also of the upgrade": "exchange_groups "
        "the_upgrade_tells_the_quota_and_the_sixth_of_a_second_is_refused",
    },
    "7.3": {
        "429 as text or JSON": "a_refusal_as_text_or_json_and_with_or_without_retry_after",
        "418 after repeated ones, longer each time": "who_goes_on_is_blocked_for_longer_and_longer "
        "single_refusals_far_apart_block_nobody a_block_doubles_up_to_a_day",
    },
    "7.4": {
        "one in ten seconds with an Origin": "whoever_sends_an_origin_asks_once_in_ten_seconds "
        "a_handshake_with_an_origin_is_allowed_once_in_ten_seconds"
    },
    "8.1": {
        "three addresses; a token is taken at the public one": "indicators_need_a_token_and_stay_silent "
        "a_token_is_taken_where_none_is_needed_even_a_bad_one",
        "a bad token, at once or in a frame": "a_bad_token_is_refused_at_the_handshake_or_by_a_frame",
    },
    "8.2": {
        "binary frames": "frames_are_text_where_the_switch_says_so",
        "compression where it is offered": "compression_is_agreed_on_if_the_client_offers_it "
        "compression_in_the_ways_that_clients_offer_it",
    },
    "8.3": {
        "an array of ticket, types, format": "a_request_is_understood_however_it_is_laid_out",
        "no acknowledgement; a new request replaces the old": "a_new_request_replaces_all_of_the_old_one",
        "unknown codes are silent": "unknown_codes_are_passed_over_in_silence "
        "who_asks_for_nothing_that_is_there_hears_nothing_and_stays",
        "snapshots a little later, then real time; flags": "snapshots_come_a_little_later "
        "flags_leave_out_what_is_not_wanted",
        "four formats": "short_names_are_shorter_and_say_the_same list_formats_wrap_each_message "
        "each_format_for_each_kind",
        "private codes are optional": "codes_narrow_the_orders_and_none_means_all",
    },
    "8.4": {
        "silence ends it without a close frame": "a_silent_connection_is_dropped_without_a_close_frame "
        "the_switch_makes_the_silence_twice_as_long",
        "ping and pong": "pings_are_answered_and_keep_it_alive_unless_the_switch_is_turned",
        "PING starts UPs": "ping_as_text_starts_ups_for_the_life_of_the_socket",
    },
    "8.5": {
        "each name, then a close with 1000": "a_wrong_request_is_named_and_then_the_connection_is_closed "
        "the_message_names_the_type assets_take_no_codes"
    },
    "8.6": {
        "a ticker": "a_ticker_frame_is_spelt_as_on_the_wire",
        "delisting": "a_delisting_is_told_by_the_ticker_and_then_the_code_is_silent",
    },
    "8.7": {
        "a trade; the snapshot repeats the last": (
            "a_trade_frame_is_spelt_as_on_the_wire_and_the_snapshot_repeats_the_last_trade"
        ),
    },
    "8.8": {
        "whole books": "a_book_frame_has_exponents_zeros_and_padding",
        "suffixes": "a_suffix_narrows_the_book_and_an_unknown_one_does_not",
        "levels": "a_level_groups_prices_and_an_unsupported_one_sends_nothing",
    },
    "8.9": {
        "a candle, once a second, no final frame": "a_candle_frame_is_spelt_as_on_the_wire "
        "candles_are_told_at_most_once_a_second_and_never_once_they_are_over"
    },
    "8.10": {
        "limit: wait, trade, done": "a_resting_order_waits_trades_in_parts_and_is_done",
        "market buy: wait, trade, cancel, nulls": ("a_market_buy_waits_trades_and_ends_cancelled_with_a_remainder"),
        "cancel": "a_cancel_is_told_with_the_balances_it_releases",
        "neither snapshot nor replay": "there_is_no_snapshot_and_no_replay",
    },
    "8.11": {
        "changed currencies, whole amounts": "a_cancel_is_told_with_the_balances_it_releases "
        "short_assets_have_short_names_inside_too",
        "no codes": "assets_take_no_codes",
    },
    "8.12": {"taken and silent": "indicators_need_a_token_and_stay_silent"},
    "8.13": {"the list, and a format with it": "subscriptions_are_listed_and_the_format_changes_with_it"},
    "9": {
        "maintenance in its forms": "a_maintenance_of_everything_in_its_three_forms "
        "a_maintenance_can_cancel_orders_of_other_quotes",
        "delisting": "a_delisted_market_is_gone_everywhere",
        "unknown outcomes": "an_answer_can_be_dropped_after_the_order_was_taken "
        "an_answer_can_hang_with_the_order_taken",
        "old snapshots": "a_snapshot_can_be_as_old_as_the_first_one",
    },
    "10.1": {
        "the fee on top; cancel is no refusal": "the_fee_of_a_market_buy_comes_on_top "
        "a_market_buy_ends_in_cancel_with_its_remainder_refunded"
    },
    "10.2": {
        "hang, reset, page, offline, overload": "a_request_can_hang_without_being_looked_at "
        "a_connection_can_be_reset_before_and_after errors_of_the_server_come_as_pages "
        "markets_in_maintenance_and_overload",
        "private events twice, late, swapped": "private_events_can_come_twice_late_or_in_the_wrong_order",
        "candles missing for a while": "the_last_candles_can_be_missing_for_a_while",
    },
}
