"""Webhooks: register, look after, and what became of the messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from gallery.access import get_delivery_for, get_webhook_for
from gallery.models import Webhook, WebhookDelivery
from gallery.queries import deliveries_of, webhooks_of
from gallery.services.webhooks import (
    MAX_WEBHOOKS,
    TooManyWebhooks,
    WebhookIsOff,
    register_webhook,
    send_again,
    send_test,
    set_active,
)
from gallery.webhook_addresses import AddressRefused, parse_target


class EnoughWebhooks(APIException):
    """One more is one too many."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = f"You have {MAX_WEBHOOKS} webhooks already: delete one first."
    default_code = "too_many_webhooks"


class SwitchedOff(APIException):
    """A message would wait until the webhook is switched on."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "This webhook is switched off: switch it on first."
    default_code = "webhook_off"


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """An address that gets a signed POST for each finished item."""

    active = serializers.BooleanField(source="is_active", read_only=True)

    class Meta:
        model = Webhook
        fields: tuple[str, ...] = (
            "id",
            "url",
            "active",
            "created_at",
            "failing_since",
            "disabled_at",
            "disabled_reason",
        )
        read_only_fields = ("id", "created_at", "failing_since", "disabled_at", "disabled_reason")

    def validate_url(self, url: str) -> str:
        try:
            parse_target(url)
        except AddressRefused as error:
            raise serializers.ValidationError(str(error)) from error
        return url


class NewWebhookSerializer(WebhookSerializer):
    """With the secret that signs its messages, which is never shown again."""

    secret = serializers.CharField(read_only=True)

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")


class SwitchSerializer(serializers.Serializer[Any]):
    """Switching on forgets the failures."""

    active = serializers.BooleanField()


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """A message. ``status_code`` and ``error`` are the last attempt's; a test has no item."""

    class Meta:
        model = WebhookDelivery
        fields = (
            "id",
            "item",
            "state",
            "created_at",
            "attempts",
            "last_attempt_at",
            "status_code",
            "error",
        )
        read_only_fields = fields


class WebhooksView(APIView):
    """The user's webhooks."""

    @extend_schema(
        operation_id="webhooks",
        responses=inline_serializer("Webhooks", {"results": WebhookSerializer(many=True)}),
    )
    def get(self, request: Request) -> Response:
        found = webhooks_of(signed_in(request))
        return Response({"results": WebhookSerializer(found, many=True).data})

    @extend_schema(
        operation_id="webhook_create",
        request=WebhookSerializer,
        responses={201: NewWebhookSerializer},
    )
    def post(self, request: Request) -> Response:
        sent = WebhookSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            webhook = register_webhook(signed_in(request), sent.validated_data["url"])
        except TooManyWebhooks as error:
            raise EnoughWebhooks from error
        return Response(
            NewWebhookSerializer(webhook).data,
            status=status.HTTP_201_CREATED,
            headers={"Cache-Control": "no-store"},
        )


class WebhookView(APIView):
    """One webhook."""

    @extend_schema(operation_id="webhook", responses=WebhookSerializer)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        return Response(WebhookSerializer(get_webhook_for(signed_in(request), webhook_id)).data)

    @extend_schema(
        operation_id="webhook_switch", request=SwitchSerializer, responses=WebhookSerializer
    )
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        webhook = get_webhook_for(signed_in(request), webhook_id)
        sent = SwitchSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        set_active(webhook, active=sent.validated_data["active"])
        return Response(WebhookSerializer(webhook).data)

    @extend_schema(operation_id="webhook_delete", responses={204: None})
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        get_webhook_for(signed_in(request), webhook_id).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeliveriesView(APIView):
    """A webhook's last hundred messages, newest first."""

    @extend_schema(
        operation_id="webhook_deliveries",
        responses=inline_serializer("Deliveries", {"results": DeliverySerializer(many=True)}),
    )
    def get(self, request: Request, webhook_id: UUID) -> Response:
        found = deliveries_of(get_webhook_for(signed_in(request), webhook_id))
        return Response({"results": DeliverySerializer(found, many=True).data})

    @extend_schema(
        operation_id="webhook_test",
        request=None,
        responses={202: DeliverySerializer},
        description="Sends a test message; 409 while the webhook is switched off.",
    )
    def post(self, request: Request, webhook_id: UUID) -> Response:
        webhook = get_webhook_for(signed_in(request), webhook_id)
        try:
            delivery = send_test(webhook)
        except WebhookIsOff as error:
            raise SwitchedOff from error
        return Response(DeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)


class SendAgainView(APIView):
    """A message once more, under its own id."""

    @extend_schema(
        operation_id="webhook_send_again", request=None, responses={202: DeliverySerializer}
    )
    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        delivery = get_delivery_for(signed_in(request), webhook_id, delivery_id)
        send_again(delivery)
        delivery.refresh_from_db()
        return Response(DeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)
